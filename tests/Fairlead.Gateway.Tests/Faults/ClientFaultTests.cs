using System.Net;
using Fairlead.Gateway.Tests.Hosting;
using Fairlead.Testing;

namespace Fairlead.Gateway.Tests.Faults;

/// <summary>Rows 23 to 26 of the list of faults.</summary>
public class ClientFaultTests
{
    [Theory]
    [InlineData("Content-Length with Transfer-Encoding", "POST /v2/models/m/infer HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n")]
    [InlineData("Transfer-Encoding with Content-Length", "POST /v2/models/m/infer HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n")]
    [InlineData("two different Content-Lengths", "POST /v2/models/m/infer HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{} ")]
    [InlineData("two equal Content-Lengths", "POST /v2/models/m/infer HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\n{}")]
    [InlineData("a list as Content-Length", "POST /v2/models/m/infer HTTP/1.1\r\nHost: h\r\nContent-Length: 2, 2\r\n\r\n{}")]
    [InlineData("bare LF after the request line", "POST /v2/models/m/infer HTTP/1.1\nHost: h\r\nContent-Length: 2\r\n\r\n{}")]
    [InlineData("bare LF after a header", "POST /v2/models/m/infer HTTP/1.1\r\nHost: h\nContent-Length: 2\r\n\r\n{}")]
    [InlineData("bare LF at the headers' end", "POST /v2/models/m/infer HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\n{}")]
    [InlineData("folded header", "POST /v2/models/m/infer HTTP/1.1\r\nHost: h\r\nX-A: b\r\n c\r\nContent-Length: 2\r\n\r\n{}")]
    [InlineData("space before the colon", "POST /v2/models/m/infer HTTP/1.1\r\nHost: h\r\nContent-Length : 2\r\n\r\n{}")]
    [InlineData("no host", "POST /v2/models/m/infer HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}")]
    [InlineData("two hosts", "GET /v2/models/m HTTP/1.1\r\nHost: h\r\nHost: i\r\n\r\n")]
    [InlineData("unknown transfer coding", "POST /v2/models/m/infer HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip\r\n\r\n")]
    [InlineData("chunked that is not last", "POST /v2/models/m/infer HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n")]
    [InlineData("chunk size that is no number", "POST /v2/models/m/infer HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n{}\r\n0\r\n\r\n")]
    [InlineData("dot segments", "GET /v2/models/m/../../services/x HTTP/1.1\r\nHost: h\r\n\r\n")]
    [InlineData("NUL in a header", "GET /v2/models/m HTTP/1.1\r\nHost: h\r\nX-A: b\0c\r\n\r\n")]
    public async Task AmbiguousRequests_400AndClosed_NeverForwarded(string what, string bytes)
    {
        await using var backend = Backend.Start("m-1-aaaaa");
        await using var gateway = await GatewayUnderTest.StartAsync();
        await gateway.RouteAsync(Routes.OneModel(1, backend));

        var answer = await RawClient.AskAsync(gateway.EndPoint, bytes);

        answer.ShouldStartWith("HTTP/1.1 400", Case.Sensitive, what);
        answer.LastIndexOf("HTTP/1.1", StringComparison.Ordinal).ShouldBe(0, "one answer only");
        backend.Attempts.ShouldBe(0);
    }

    [Theory]
    [InlineData("HTTP/1.1 414", 9000, 0)]
    [InlineData("HTTP/1.1 431", 10, 40_000)]
    public async Task TooLargeTargetOrHeaders(string status, int target, int header)
    {
        await using var gateway = await GatewayUnderTest.StartAsync();

        var answer = await RawClient.AskAsync(gateway.EndPoint, $"GET /{new string('a', target)} HTTP/1.1\r\nHost: h\r\nX: {new string('b', header)}\r\n\r\n");

        answer.ShouldStartWith(status);
    }

    [Theory]
    [InlineData("GET /v2 HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n", "HTTP/1.1 501")]
    [InlineData("GET /v2 HTTP/1.1\r\nHost: h\r\nExpect: magic\r\n\r\n", "HTTP/1.1 417")]
    [InlineData("TRACE /v2 HTTP/1.1\r\nHost: h\r\n\r\n", "HTTP/1.1 405")]
    [InlineData("CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443\r\n\r\n", "HTTP/1.1 405")]
    public async Task WhatIsNotServedIsRefusedClearly(string bytes, string status)
    {
        await using var gateway = await GatewayUnderTest.StartAsync();

        (await RawClient.AskAsync(gateway.EndPoint, bytes)).ShouldStartWith(status);
    }

    [Fact]
    public async Task HeadersThatDripIn_AreCutAtTheDeadline_AndOthersAreServedMeanwhile()
    {
        await using var backend = Backend.Start("m-1-aaaaa");
        await using var gateway = await GatewayUnderTest.StartAsync(o => o with { Limits = o.Limits with { HeaderTimeout = TimeSpan.FromSeconds(2) } });
        await gateway.RouteAsync(Routes.OneModel(1, backend));
        var slow = await Task.WhenAll(Enumerable.Range(0, 1000).Select(_ => RawClient.ConnectAsync(gateway.EndPoint)));
        using var end = new CancellationTokenSource();
        var dripping = Task.WhenAll(slow.Select(c => DripAsync(c, "POST /v2/models/m/infer HTTP/1.1\r\nHost: " + new string('h', 100), end.Token)));
        using var load = new Load(gateway, connections: 4);

        await load.AnsweredAsync(500);
        var closed = await Task.WhenAll(slow.Select(c => c.ReadToEndAsync(TimeSpan.FromSeconds(20))));

        closed.ShouldAllBe(a => a.StartsWith("HTTP/1.1 408") || a.EndsWith("<reset>"));
        (await load.StopAsync()).ShouldBeEmpty();
        await end.CancelAsync();
        await dripping;
        foreach (var client in slow) client.Dispose();
    }

    [Fact]
    public async Task BodyBelowTheLeastRate_IsDropped()
    {
        await using var backend = Backend.Start("m-1-aaaaa");
        await using var gateway = await GatewayUnderTest.StartAsync(o => o with { Limits = o.Limits with { MinRateGrace = TimeSpan.FromSeconds(1.5) } });
        await gateway.RouteAsync(Routes.OneModel(1, backend));
        using var client = await RawClient.ConnectAsync(gateway.EndPoint);
        await client.SendAsync("POST /v2/models/m/infer HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\n\r\n{");

        var answer = await client.ReadToEndAsync(TimeSpan.FromSeconds(8));

        answer.ShouldStartWith("HTTP/1.1 408");
        backend.Attempts.ShouldBe(0);
        (await gateway.StateAsync()).Deployments.Single().ShouldBe(new Core.Routing.GatewayDeployment("m", 1, 0, 0));
    }

    [Fact]
    public async Task ClientThatReadsSlowly_IsDropped_AndTheAnswerIsNotBuffered()
    {
        const int Part = 64 * 1024;
        var sent = 0L;
        await using var backend = Backend.Start("m-1-aaaaa", async r =>
        {
            await r.WriteAsync($"HTTP/1.1 200 OK\r\nContent-Length: {2000L * Part}\r\n\r\n");
            for (var i = 0; i < 2000; i++, sent += Part) await r.WriteAsync(new string('x', Part));
        });
        await using var gateway = await GatewayUnderTest.StartAsync(o => o with { Limits = o.Limits with { AnswerStallTimeout = TimeSpan.FromSeconds(1) } });
        await gateway.RouteAsync(Routes.To(1, Routes.Model("m", Routes.Revision(1, backend)) with { TimeoutMilliseconds = 60_000 }));
        using var client = await RawClient.ConnectAsync(gateway.EndPoint);
        client.Socket.ReceiveBufferSize = 8 * 1024;
        await client.SendAsync("GET /v2/models/m HTTP/1.1\r\nHost: h\r\n\r\n");

        (await Eventually.BecomesAsync(async () => backend.Attempts == 1 && (await gateway.StateAsync()).Deployments.Single().InFlight == 0, TimeSpan.FromSeconds(20))).ShouldBeTrue();

        // What lies in between is the kernel's socket buffers and the gateway's 64 KiB.
        sent.ShouldBeLessThan(30L << 20);
        (await gateway.StateAsync()).Deployments.Single().Failed.ShouldBe(0);
    }

    [Fact]
    public async Task MoreConnectionsThanAllowed_AreClosed_AndTheAdminSocketStillAnswers()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(o => o with { Limits = o.Limits with { MaxConnections = 2 } });
        using var one = await RawClient.ConnectAsync(gateway.EndPoint);
        using var two = await RawClient.ConnectAsync(gateway.EndPoint);
        await one.SendAsync("GET /livez HTTP/1.1\r\nHost: h\r\n\r\n");
        await two.SendAsync("GET /livez HTTP/1.1\r\nHost: h\r\n\r\n");
        await one.Socket.ReceiveAsync(new byte[12]);
        await two.Socket.ReceiveAsync(new byte[12]);

        using var three = await RawClient.ConnectAsync(gateway.EndPoint);
        (await three.ReadToEndAsync(TimeSpan.FromSeconds(5))).ShouldBeOneOf("", "<reset>");
        (await gateway.StateAsync()).Pid.ShouldBe(Environment.ProcessId);
    }

    private static async Task DripAsync(RawClient client, string bytes, CancellationToken end)
    {
        try
        {
            foreach (var b in bytes)
            {
                await client.SendAsync(b.ToString());
                await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, end);
            }
        }
        catch (Exception e) when (e is System.Net.Sockets.SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The gateway cut it, or the test is over.
        }
    }
}
