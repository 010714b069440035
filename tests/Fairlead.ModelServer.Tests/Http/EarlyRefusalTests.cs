using System.Net.Sockets;
using System.Text;
using Fairlead.Core.Units;
using Fairlead.ModelServer.Tests.Hosting;
using Fairlead.Testing;
using Fairlead.Testing.Models;

namespace Fairlead.ModelServer.Tests.Http;

/// <summary>Under overload a large body is refused on its headers: reading it would take from those that are answered.</summary>
public sealed class EarlyRefusalTests
{
    private const int Large = 600_000;
    private const string Endless = """{"inputs":[{"name":"steps","datatype":"INT64","shape":[],"data":[1000000000000]},{"name":"x","datatype":"INT64","shape":[1],"data":[0]}]}""";

    [Fact]
    public async Task FullQueue_RefusesBeforeTheBodyIsSentAndTheConnectionServesOn()
    {
        await using var full = await FullServer.StartAsync();
        using var client = await ConnectAsync(full.Server);
        await SendAsync(client, $"POST /v2/models/m/infer HTTP/1.1\r\nHost: x\r\nContent-Length: {Large}\r\n\r\n");
        var refusal = await ReadHeadAsync(client);
        refusal.ShouldStartWith("HTTP/1.1 429 ");
        refusal.ShouldContain("Retry-After: 1\r\n");
        refusal.ShouldNotContain("Connection: close");

        // The body comes all the same from a client that did not wait, and is passed over.
        await SendAsync(client, new string(' ', Large) + "GET /livez HTTP/1.1\r\nHost: x\r\n\r\n");
        (await ReadHeadAsync(client)).ShouldStartWith("HTTP/1.1 200 ");
    }

    [Fact]
    public async Task WhoAsksBeforeSending_IsRefusedInsteadOfTold100AndTheConnectionEnds()
    {
        await using var full = await FullServer.StartAsync();
        using var client = await ConnectAsync(full.Server);
        await SendAsync(client, $"POST /v2/models/m/infer HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: {Large}\r\n\r\n");
        var refusal = await ReadHeadAsync(client);
        refusal.ShouldStartWith("HTTP/1.1 429 ");
        refusal.ShouldContain("Connection: close\r\n");

        // Ended by the server, without the client's doing.
        using var patience = new CancellationTokenSource(TestServer.Patience);
        var buffer = new byte[64];
        (await client.GetStream().ReadAsync(buffer, patience.Token)).ShouldBe(0);
    }

    [Fact]
    public async Task FreeRun_LetsWhoAsksSend()
    {
        using var folder = PackedFolder.Of(TinyModels.Double());
        await using var server = await TestServer.StartAsync(folder.Path, o => o with { Queue = 0 });
        using var client = await ConnectAsync(server);
        var body = """{"inputs":[{"name":"x","datatype":"FP32","shape":[1,2],"data":[1,2]}]}""" + new string(' ', Large);
        await SendAsync(client, $"POST /v2/models/m/infer HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: {body.Length}\r\n\r\n");
        (await ReadHeadAsync(client)).ShouldStartWith("HTTP/1.1 100 ");
        await SendAsync(client, body);
        (await ReadHeadAsync(client)).ShouldStartWith("HTTP/1.1 200 ");
    }

    [Fact]
    public async Task DeadlinePassedWhileTheBodyComes_Is504AndTheConnectionServesOn()
    {
        using var folder = PackedFolder.Of(TinyModels.Double());
        await using var server = await TestServer.StartAsync(folder.Path, o => o with { Timeout = TimeSpan.FromMilliseconds(200) });
        using var client = await ConnectAsync(server);
        await SendAsync(client, $"POST /v2/models/m/infer HTTP/1.1\r\nHost: x\r\nContent-Length: {Large}\r\n\r\nhalf a body");
        (await ReadHeadAsync(client)).ShouldStartWith("HTTP/1.1 504 ");
        await SendAsync(client, new string(' ', Large - "half a body".Length) + "GET /livez HTTP/1.1\r\nHost: x\r\n\r\n");
        (await ReadHeadAsync(client)).ShouldStartWith("HTTP/1.1 200 ");
        server.Log.ShouldNotContain("draining");
    }

    private static async Task<TcpClient> ConnectAsync(TestServer server)
    {
        var client = new TcpClient();
        await client.ConnectAsync(server.Http);
        return client;
    }

    private static async Task SendAsync(TcpClient client, string text)
    {
        using var patience = new CancellationTokenSource(TestServer.Patience);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(text), patience.Token);
    }

    /// <summary>The next answer's head; its body is read too and left away.</summary>
    private static async Task<string> ReadHeadAsync(TcpClient client)
    {
        using var patience = new CancellationTokenSource(TestServer.Patience);
        var (head, one) = (new StringBuilder(), new byte[1]);
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            (await client.GetStream().ReadAsync(one, patience.Token)).ShouldBe(1, head.ToString());
            head.Append((char)one[0]);
        }

        var text = head.ToString();
        const string Length = "Content-Length: ";
        if (text.IndexOf(Length, StringComparison.Ordinal) is >= 0 and var at) await client.GetStream().ReadExactlyAsync(new byte[int.Parse(text.AsSpan(at + Length.Length, text.IndexOf('\r', at) - at - Length.Length), System.Globalization.CultureInfo.InvariantCulture)], patience.Token);
        return text;
    }

    /// <summary>A server with its one run taken and its queue of one full.</summary>
    private sealed class FullServer(PackedFolder folder, TestServer server) : IAsyncDisposable
    {
        public TestServer Server { get; } = server;

        public static async Task<FullServer> StartAsync()
        {
            var folder = PackedFolder.Of(TinyModels.Loop());
            var server = await TestServer.StartAsync(folder.Path, o => o with { Cpu = new CpuQuantity(1000), Queue = 1, Timeout = TimeSpan.FromMinutes(10) });
            var full = new FullServer(folder, server);
            full._requests.Add(server.InferAsync(Endless));
            await server.UntilAsync(() => server.Host.Runs.Free == 0, "the first runs");
            full._requests.Add(server.InferAsync(Endless));
            await server.UntilAsync(() => server.Waiting == 1, "the second waits");
            return full;
        }

        private readonly List<Task<HttpResponseMessage>> _requests = [];

        public async ValueTask DisposeAsync()
        {
            Server.Client.CancelPendingRequests();
            foreach (var request in _requests) await request.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            await Server.DisposeAsync();
            folder.Dispose();
        }
    }
}
