using System.IO.Compression;
using System.Net.Sockets;
using System.Text;
using Fairlead.ModelServer.Tests.Grpc;
using Fairlead.ModelServer.Tests.Hosting;
using Fairlead.Testing.Models;

namespace Fairlead.ModelServer.Tests.Faults;

/// <summary>What a process of its own takes for bodies above its limit, by the system's account.</summary>
public sealed class BodyMemoryTests
{
    private const int Limit = 48 << 20;
    private const string Path = "POST /v2/models/m/infer HTTP/1.1\r\nHost: x\r\n";

    [Theory]
    [InlineData("announced")]
    [InlineData("in chunks")]
    [InlineData("packed")]
    public async Task BodyAboveTheLimit_Is413AndMemoryGrowsByLessThanTwiceTheLimit(string how)
    {
        using var folder = PackedFolder.Of(TinyModels.Double());
        await using var server = await ServerProcess.StartAsync(folder.Path, ("FAIRLEAD_MAX_BODY", "48MiB"));
        for (var i = 0; i < 3; i++) (await SendAsync(server.Http, how, Limit / 64)).ShouldStartWith("HTTP/1.1 400", Case.Sensitive, "white space is no request");
        server.ForgetHighest();
        var before = server.MemoryOf("VmRSS");

        for (var i = 0; i < 3; i++) (await SendAsync(server.Http, how, Limit + (16 << 20))).ShouldStartWith("HTTP/1.1 413");
        var grown = (server.MemoryOf("VmHWM") - before) * 1024;
        grown.ShouldBeLessThan(2L * Limit, $"{grown >> 20} MiB for a limit of {Limit >> 20} MiB");
        (await SendAsync(server.Http, how, 1024)).ShouldStartWith("HTTP/1.1 400");
    }

    [Fact]
    public async Task MessageThatUnpacksPastTheLimit_IsResourceExhaustedAndMemoryGrowsByLessThanTwiceTheLimit()
    {
        using var folder = PackedFolder.Of(TinyModels.Double());
        await using var server = await ServerProcess.StartAsync(folder.Path, ("FAIRLEAD_MAX_BODY", "48MiB"));
        using var client = new GrpcClient(System.Net.IPEndPoint.Parse(server.Grpc));
        (await client.SendAsync(GrpcClient.Infer, GrpcClient.Frame(Packed(Limit / 64), flag: 1), ("grpc-encoding", "gzip"))).Status.ShouldBe(3);
        server.ForgetHighest();
        var before = server.MemoryOf("VmRSS");

        for (var i = 0; i < 3; i++) (await client.SendAsync(GrpcClient.Infer, GrpcClient.Frame(Packed(Limit + (16 << 20)), flag: 1), ("grpc-encoding", "gzip"))).Status.ShouldBe(8);
        var grown = (server.MemoryOf("VmHWM") - before) * 1024;
        grown.ShouldBeLessThan(2L * Limit, $"{grown >> 20} MiB for a limit of {Limit >> 20} MiB");
    }

    private static byte[] Packed(int bytes)
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(new byte[bytes]);
        return packed.ToArray();
    }

    /// <summary>Sends white space and gives the answer's beginning.</summary>
    private static async Task<string> SendAsync(string address, string how, int bytes)
    {
        using var client = new TcpClient { ReceiveTimeout = (int)TestServer.Patience.TotalMilliseconds };
        await client.ConnectAsync(System.Net.IPEndPoint.Parse(address));
        var stream = client.GetStream();
        var answer = AnswerAsync(stream);
        try
        {
            await SendAsync(stream, how, bytes, () => answer.IsCompleted);
        }
        catch (IOException)
        {
            // The server closed on us: what it said is in the answer.
        }

        return await answer;
    }

    private static async Task SendAsync(NetworkStream stream, string how, int bytes, Func<bool> answered)
    {
        var piece = Enumerable.Repeat((byte)' ', 64 << 10).ToArray();
        if (how == "packed")
        {
            var packed = new MemoryStream();
            await using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            {
                for (var sent = 0; sent < bytes; sent += piece.Length) await gzip.WriteAsync(piece);
            }

            await stream.WriteAsync(Encoding.ASCII.GetBytes($"{Path}Content-Encoding: gzip\r\nContent-Length: {packed.Length}\r\n\r\n"));
            await stream.WriteAsync(packed.ToArray());
            return;
        }

        var chunked = how == "in chunks";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(Path + (chunked ? "Transfer-Encoding: chunked\r\n\r\n" : $"Content-Length: {bytes}\r\n\r\n")));
        for (var sent = 0; sent < bytes && !answered(); sent += piece.Length)
        {
            var part = piece.AsMemory(0, Math.Min(piece.Length, bytes - sent));
            if (chunked) await stream.WriteAsync(Encoding.ASCII.GetBytes($"{part.Length:x}\r\n"));
            await stream.WriteAsync(part);
            if (chunked) await stream.WriteAsync("\r\n"u8.ToArray());
        }

        if (chunked) await stream.WriteAsync("0\r\n\r\n"u8.ToArray());
    }

    private static async Task<string> AnswerAsync(NetworkStream stream)
    {
        var buffer = new byte[4096];
        using var deadline = new CancellationTokenSource(TestServer.Patience);
        return Encoding.ASCII.GetString(buffer, 0, await stream.ReadAsync(buffer, deadline.Token));
    }
}
