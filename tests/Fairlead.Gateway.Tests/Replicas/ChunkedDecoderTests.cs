using System.Text;
using Fairlead.Gateway.Replicas;
using FsCheck;
using FsCheck.Fluent;

namespace Fairlead.Gateway.Tests.Replicas;

public sealed class ChunkedDecoderTests
{
    [Fact]
    public void WhatWasChunked_ComesOut_HoweverItIsCut() => Prop.ForAll(
        Gen.ArrayOf(Gen.Choose(1, 400)).ToArbitrary(),
        Gen.Choose(1, 50).ToArbitrary(),
        (sizes, piece) =>
        {
            var body = new byte[sizes.Sum()];
            new Random(piece).NextBytes(body);
            var (read, end) = Decode(Chunked(body, sizes), piece);
            return end == ChunkStep.End && read.AsSpan().SequenceEqual(body);
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("3;name=\"value\"\r\nabc\r\n0;last\r\nX-Trailer: 1\r\nY: 2\r\n\r\n", "abc")]
    [InlineData("03 \r\nabc\r\n000\r\n\r\n", "abc")]
    [InlineData("A\r\n0123456789\r\n0\r\n\r\n", "0123456789")]
    public void ExtensionsAndTrailers_ArePassedOver(string text, string body)
    {
        var (read, end) = Decode(Encoding.ASCII.GetBytes(text), 3);

        end.ShouldBe(ChunkStep.End);
        Encoding.ASCII.GetString(read).ShouldBe(body);
    }

    [Theory]
    [InlineData("no size", "\r\nabc\r\n0\r\n\r\n")]
    [InlineData("no number", "xyz\r\nabc\r\n0\r\n\r\n")]
    [InlineData("a sign", "+3\r\nabc\r\n0\r\n\r\n")]
    [InlineData("a size that overflows", "FFFFFFFFFFFFFFFFF\r\nabc\r\n")]
    [InlineData("bare LF after the size", "3\nabc\r\n0\r\n\r\n")]
    [InlineData("more than was said", "3\r\nabcd\r\n0\r\n\r\n")]
    [InlineData("bare LF in a trailer", "0\r\nX: 1\n\r\n")]
    [InlineData("a line without end", "3;" + "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n")]
    public void WrongFraming_IsMalformed(string what, string text) => Decode(Encoding.ASCII.GetBytes(text), 4).End.ShouldBe(ChunkStep.Malformed, what);

    private static byte[] Chunked(byte[] body, int[] sizes)
    {
        using var wire = new MemoryStream();
        var at = 0;
        foreach (var size in sizes)
        {
            wire.Write(Encoding.ASCII.GetBytes($"{size:x}\r\n"));
            wire.Write(body, at, size);
            wire.Write("\r\n"u8);
            at += size;
        }

        wire.Write("0\r\n\r\n"u8);
        return wire.ToArray();
    }

    private static (byte[] Body, ChunkStep End) Decode(byte[] wire, int piece)
    {
        var decoder = default(ChunkedDecoder);
        var body = new List<byte>();
        for (var at = 0; at < wire.Length;)
        {
            var input = wire.AsSpan(at, Math.Min(piece, wire.Length - at));
            var step = decoder.Read(input, out var consumed, out var bytes);
            if (step == ChunkStep.Bytes) body.AddRange(input[bytes]);
            if (step is ChunkStep.End or ChunkStep.Malformed) return ([.. body], step);
            at += consumed;
        }

        return ([.. body], ChunkStep.More);
    }
}
