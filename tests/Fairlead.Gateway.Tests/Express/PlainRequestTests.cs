using System.Text;
using Fairlead.Gateway.Express;
using Fairlead.Gateway.Limits;

namespace Fairlead.Gateway.Tests.Express;

public sealed class PlainRequestTests
{
    private const int Most = 32 << 10;
    private const string Whole = "POST /v2/models/m/infer?a=1 HTTP/1.1\r\nHost: h:8080\r\nContent-Type: application/json\r\nX-Request-Id: r-1\r\nContent-Length: 5\r\n\r\nabcde";

    [Fact]
    public void PlainRequest_IsTakenApart()
    {
        var request = new PlainRequest(new LimitOptions());

        request.Read(Bytes(Whole + "GET / HTTP/1.1\r\n"), Most).ShouldBe(PlainVerdict.Plain);

        request.Method.ShouldBe("POST");
        Text(request.Target).ShouldBe("/v2/models/m/infer?a=1");
        Text(request.Host).ShouldBe("h:8080");
        Text(request.RequestId).ShouldBe("r-1");
        Text(request.Body.Span).ShouldBe("abcde");
        request.TraceParent.IsEmpty.ShouldBeTrue();
        (request.ContentLength, request.Length, request.Closes).ShouldBe((5L, Whole.Length, false));
        request.Headers.Length.ShouldBe(4);
    }

    [Fact]
    public void EveryBeginningOfIt_IsNotYetOne()
    {
        var request = new PlainRequest(new LimitOptions());
        for (var length = 1; length < Whole.Length; length++) request.Read(Bytes(Whole[..length]), Most).ShouldBe(length < Whole.Length - 5 ? PlainVerdict.MoreHead : PlainVerdict.MoreBody, Whole[..length]);
    }

    [Fact]
    public void NextRequest_KnowsNothingOfTheOneBefore()
    {
        var request = new PlainRequest(new LimitOptions());
        request.Read(Bytes(Whole.Replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n", StringComparison.Ordinal)), Most).ShouldBe(PlainVerdict.Plain);
        request.Closes.ShouldBeTrue();

        request.Read(Bytes("GET /v2/models/m HTTP/1.1\r\nhost: h\r\n\r\n"), Most).ShouldBe(PlainVerdict.Plain);

        (request.Closes, request.ContentLength, request.RequestId.IsEmpty, request.Body.IsEmpty).ShouldBe((false, null, true, true));
    }

    [Theory]
    [InlineData("both framings", "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n")]
    [InlineData("chunks", "POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n")]
    [InlineData("two lengths", "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("a list of lengths", "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 0, 0\r\n\r\n")]
    [InlineData("a signed length", "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: +1\r\n\r\n")]
    [InlineData("a length that overflows", "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 4294967296\r\n\r\n")]
    [InlineData("a body above what is held", "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 40000\r\n\r\n")]
    [InlineData("no host", "GET /a HTTP/1.1\r\nX: y\r\n\r\n")]
    [InlineData("two hosts", "GET /a HTTP/1.1\r\nHost: h\r\nHost: h\r\n\r\n")]
    [InlineData("a host with a user", "GET /a HTTP/1.1\r\nHost: u@h\r\n\r\n")]
    [InlineData("an expectation", "POST /a HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n")]
    [InlineData("an upgrade", "GET /a HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\n\r\n")]
    [InlineData("a header named by Connection", "GET /a HTTP/1.1\r\nHost: h\r\nConnection: X-Secret\r\n\r\n")]
    [InlineData("two Connections", "GET /a HTTP/1.1\r\nHost: h\r\nConnection: close\r\nConnection: keep-alive\r\n\r\n")]
    [InlineData("two request ids", "GET /a HTTP/1.1\r\nHost: h\r\nX-Request-Id: a\r\nX-Request-Id: b\r\n\r\n")]
    [InlineData("HTTP/1.0", "GET /a HTTP/1.0\r\nHost: h\r\n\r\n")]
    [InlineData("HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")]
    [InlineData("HEAD", "HEAD /a HTTP/1.1\r\nHost: h\r\n\r\n")]
    [InlineData("CONNECT", "CONNECT h:80 HTTP/1.1\r\nHost: h\r\n\r\n")]
    [InlineData("an unknown method", "BREW /a HTTP/1.1\r\nHost: h\r\n\r\n")]
    [InlineData("absolute form", "GET http://h/a HTTP/1.1\r\nHost: h\r\n\r\n")]
    [InlineData("asterisk form", "OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n")]
    [InlineData("an escape in the target", "GET /a%2e HTTP/1.1\r\nHost: h\r\n\r\n")]
    [InlineData("a fragment", "GET /a#b HTTP/1.1\r\nHost: h\r\n\r\n")]
    [InlineData("a backslash", "GET /a\\b HTTP/1.1\r\nHost: h\r\n\r\n")]
    [InlineData("two spaces", "GET  /a HTTP/1.1\r\nHost: h\r\n\r\n")]
    [InlineData("folded header", "GET /a HTTP/1.1\r\nHost: h\r\nX: a\r\n b\r\n\r\n")]
    [InlineData("space before the colon", "GET /a HTTP/1.1\r\nHost : h\r\n\r\n")]
    [InlineData("no colon", "GET /a HTTP/1.1\r\nHost: h\r\nX\r\n\r\n")]
    [InlineData("no name", "GET /a HTTP/1.1\r\nHost: h\r\n: a\r\n\r\n")]
    [InlineData("no value", "GET /a HTTP/1.1\r\nHost: h\r\nX:\r\n\r\n")]
    [InlineData("NUL", "GET /a HTTP/1.1\r\nHost: h\r\nX: a\0b\r\n\r\n")]
    [InlineData("beyond ASCII", "GET /a HTTP/1.1\r\nHost: h\r\nX: \u00fc\r\n\r\n")]
    [InlineData("bare CR", "GET /a HTTP/1.1\r\nHost: h\r\nX: a\rb\r\n\r\n")]
    [InlineData("bare LF in a header", "GET /a HTTP/1.1\r\nHost: h\r\nX: a\nY: b\r\n\r\n")]
    [InlineData("bare LF behind the request line", "GET /a HTTP/1.1\nHost: h\r\n\r\n")]
    [InlineData("an empty line first", "\r\n\r\nGET /a HTTP/1.1\r\nHost: h\r\n\r\n")]
    public void WhateverIsNotPlain_IsTheServers(string what, string text) =>
        new PlainRequest(new LimitOptions()).Read(Bytes(text), Most).ShouldBe(PlainVerdict.Other, what);

    [Fact]
    public void Limits_AreTheServersToTell()
    {
        var headers = string.Concat(Enumerable.Range(0, 20).Select(i => $"X-{i}: {new string('a', 60)}\r\n"));
        var text = $"GET /{new string('b', 200)} HTTP/1.1\r\nHost: h\r\n{headers}\r\n";
        new PlainRequest(new LimitOptions()).Read(Bytes(text), Most).ShouldBe(PlainVerdict.Plain);

        new PlainRequest(new LimitOptions { MaxHeaderCount = 20 }).Read(Bytes(text), Most).ShouldBe(PlainVerdict.Other);
        new PlainRequest(new LimitOptions { MaxHeaderBytes = 1024 }).Read(Bytes(text), Most).ShouldBe(PlainVerdict.Other);
        new PlainRequest(new LimitOptions { MaxRequestLineBytes = 200 }).Read(Bytes(text), Most).ShouldBe(PlainVerdict.Other);
        new PlainRequest(new LimitOptions()).Read(Bytes("GET /" + new string('b', 9000)), Most).ShouldBe(PlainVerdict.Other);
    }

    private static ReadOnlyMemory<byte> Bytes(string text) => Encoding.Latin1.GetBytes(text);

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);
}
