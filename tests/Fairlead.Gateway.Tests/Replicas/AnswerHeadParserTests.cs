using System.Text;
using Fairlead.Gateway.Replicas;
using FsCheck;
using FsCheck.Fluent;

namespace Fairlead.Gateway.Tests.Replicas;

public sealed class AnswerHeadParserTests
{
    [Theory]
    [InlineData("a length", "HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n", BodyFraming.Length, 7, true)]
    [InlineData("chunks", "HTTP/1.1 200 OK\r\ntransfer-encoding: Chunked\r\n\r\n", BodyFraming.Chunked, -1, true)]
    [InlineData("neither", "HTTP/1.1 200 OK\r\n\r\n", BodyFraming.UntilClose, -1, false)]
    [InlineData("no reason", "HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n", BodyFraming.Length, 0, true)]
    [InlineData("204 with a length", "HTTP/1.1 204 No\r\nContent-Length: 7\r\n\r\n", BodyFraming.None, 7, true)]
    [InlineData("304", "HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n\r\n", BodyFraming.None, 7, true)]
    [InlineData("close among others", "HTTP/1.1 200 OK\r\nConnection: x, Close\r\nContent-Length: 1\r\n\r\n", BodyFraming.Length, 1, false)]
    [InlineData("HTTP/1.0", "HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\n", BodyFraming.Length, 1, false)]
    public void WhatIsWellFormed_IsFramed(string what, string text, object framing, long length, bool keepsAlive)
    {
        var (head, wrong) = Read(text);

        wrong.ShouldBeNull(what);
        (head.Framing, head.Length, head.KeepsAlive).ShouldBe(((BodyFraming)framing, length, keepsAlive), what);
    }

    [Theory]
    [InlineData("both framings", "HTTP/1.1 200 OK\r\nContent-Length: 7\r\nTransfer-Encoding: chunked\r\n\r\n")]
    [InlineData("two lengths", "HTTP/1.1 200 OK\r\nContent-Length: 7\r\nContent-Length: 7\r\n\r\n")]
    [InlineData("a list of lengths", "HTTP/1.1 200 OK\r\nContent-Length: 7, 7\r\n\r\n")]
    [InlineData("a signed length", "HTTP/1.1 200 OK\r\nContent-Length: +7\r\n\r\n")]
    [InlineData("a length that overflows", "HTTP/1.1 200 OK\r\nContent-Length: 9999999999999999999\r\n\r\n")]
    [InlineData("another coding", "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n")]
    [InlineData("two codings", "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n")]
    [InlineData("chunked twice", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n")]
    [InlineData("chunks in HTTP/1.0", "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")]
    [InlineData("HTTP/2", "HTTP/2.0 200 OK\r\n\r\n")]
    [InlineData("no status", "HTTP/1.1 OK 200\r\n\r\n")]
    [InlineData("status 42", "HTTP/1.1 042 OK\r\n\r\n")]
    [InlineData("status 2000", "HTTP/1.1 2000 OK\r\n\r\n")]
    [InlineData("101", "HTTP/1.1 101 Switching\r\n\r\n")]
    [InlineData("folded header", "HTTP/1.1 200 OK\r\nX: a\r\n b\r\n\r\n")]
    [InlineData("space before the colon", "HTTP/1.1 200 OK\r\nX : a\r\n\r\n")]
    [InlineData("no colon", "HTTP/1.1 200 OK\r\nX\r\n\r\n")]
    [InlineData("no name", "HTTP/1.1 200 OK\r\n: a\r\n\r\n")]
    [InlineData("NUL", "HTTP/1.1 200 OK\r\nX: a\0b\r\n\r\n")]
    [InlineData("bare CR", "HTTP/1.1 200 OK\r\nX: a\rb\r\n\r\n")]
    [InlineData("bare LF", "HTTP/1.1 200 OK\r\nX: a\nY: b\r\n\r\n")]
    public void WhatCouldBeReadInTwoWays_IsRefused(string what, string text) => Read(text).Wrong.ShouldNotBeNull(what);

    [Fact]
    public void BareLineFeeds_AreNotWaitedOn() => AnswerHeadParser.FindEnd("HTTP/1.1 200 OK\nX: a\n\n"u8, 0).ShouldBe(-1);

    [Fact]
    public void HeadThatGrowsTooLarge_IsRefused() => AnswerHeadParser.FindEnd(Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nX: " + new string('a', AnswerHeadParser.MostBytes)), 0).ShouldBe(-1);

    [Fact]
    public void TooManyHeaders_AreRefused() => Read("HTTP/1.1 200 OK\r\n" + string.Concat(Enumerable.Repeat("X: 1\r\n", AnswerHead.MostHeaders + 1)) + "\r\n").Wrong.ShouldNotBeNull();

    [Fact]
    public void TheEndIsFound_WhereverTheHeadIsCut() => Prop.ForAll(Gen.Choose(0, 60).ToArbitrary(), cut =>
    {
        var bytes = "HTTP/1.1 200 OK\r\nContent-Length: 7\r\nX-Name: value\r\n\r\n1234567"u8;
        var first = AnswerHeadParser.FindEnd(bytes[..Math.Min(cut, bytes.Length)], 0);
        return first == (cut >= bytes.Length - 7 ? bytes.Length - 7 : 0) && AnswerHeadParser.FindEnd(bytes, Math.Min(cut, bytes.Length - 8)) == bytes.Length - 7;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void AnyBytes_AreReadOrRefused_AndHeadersThatAreReadLieWithinThem() => Prop.ForAll(Heads(), bytes =>
    {
        var end = AnswerHeadParser.FindEnd(bytes, 0);
        if (end <= 0) return true;
        var head = new AnswerHead();
        if (AnswerHeadParser.Read(bytes.AsSpan(0, end), bodiless: false, head) is not null) return true;
        foreach (var header in head.Headers)
        {
            var text = Encoding.Latin1.GetString(bytes, header.Name, header.NameLength) + Encoding.Latin1.GetString(bytes, header.Value, header.ValueLength);
            if (header.Value + header.ValueLength > end || text.AsSpan().ContainsAny("\r\n\0")) return false;
        }

        return head.Status is >= 100 and < 600;
    }).QuickCheckThrowOnFailure();

    /// <summary>Heads put together from parts of which some are wrong, in any order.</summary>
    private static Arbitrary<byte[]> Heads()
    {
        var part = Gen.Elements("\r\n", "\n", "\r", ":", " ", "\t", "X", "Content-Length", "7", "Transfer-Encoding", "chunked", "Connection", "close", "\0", "é", "a: b\r\n", "Content-Length: 1\r\n");
        return Gen.ArrayOf(part).Select(parts => Encoding.Latin1.GetBytes("HTTP/1.1 200 OK\r\n" + string.Concat(parts) + "\r\n\r\n")).ToArbitrary();
    }

    private static (AnswerHead Head, string? Wrong) Read(string text)
    {
        var bytes = Encoding.Latin1.GetBytes(text);
        AnswerHeadParser.FindEnd(bytes, 0).ShouldBe(bytes.Length);
        var head = new AnswerHead();
        return (head, AnswerHeadParser.Read(bytes, bodiless: false, head));
    }
}
