using System.Net;
using System.Net.Sockets;
using System.Text;
using Fairlead.Gateway.Tests.Hosting;

namespace Fairlead.Gateway.Tests.Forwarding;

/// <summary>What replicas may answer, and what becomes of the connection they answered on.</summary>
public class AnswerTests
{
    [Theory]
    [InlineData("chunks with extension and trailer", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;a=b\r\nabc\r\n2\r\nde\r\n0\r\nX-Trailer: 1\r\n\r\n", "abcde")]
    [InlineData("100 and 103 before the answer", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabcde", "abcde")]
    [InlineData("no reason", "HTTP/1.1 200\r\nContent-Length: 5\r\n\r\nabcde", "abcde")]
    [InlineData("204", "HTTP/1.1 204 No Content\r\n\r\n", "")]
    [InlineData("304 with a length", "HTTP/1.1 304 Not Modified\r\nETag: \"a\"\r\n\r\n", "")]
    [InlineData("an empty body", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "")]
    public async Task WellFormedAnswers_ArePassedOn_AndTheConnectionIsUsedAgain(string what, string bytes, string body)
    {
        var sockets = new List<Socket>();
        await using var backend = Backend.Start("m-1-aaaaa", r =>
        {
            sockets.Add(r.Socket);
            return r.WriteAsync(bytes);
        });
        await using var gateway = await GatewayUnderTest.StartAsync();
        await gateway.RouteAsync(Routes.OneModel(1, backend));

        // One client connection: its requests are on one loop, which has its own connections to the replica.
        using var client = await RawClient.ConnectAsync(gateway.EndPoint);
        await client.SendAsync("GET /v2/models/m HTTP/1.1\r\nHost: h\r\n\r\nGET /v2/models/m HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
        var answers = await client.ReadToEndAsync(TimeSpan.FromSeconds(10));

        answers.Split("HTTP/1.1 ").Length.ShouldBe(3, answers);
        Unchunked(answers).ShouldEndWith("\r\n\r\n" + body, Case.Sensitive, what);
        answers.ShouldNotContain("Link:");
        sockets.Distinct().Count().ShouldBe(1, what);
    }

    [Theory]
    [InlineData("a second answer behind the first", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged")]
    [InlineData("close", "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok")]
    [InlineData("HTTP/1.0", "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok")]
    public async Task ConnectionThatCannotBeTrusted_IsNotUsedAgain(string what, string bytes)
    {
        var sockets = new List<Socket>();
        await using var backend = Backend.Start("m-1-aaaaa", r =>
        {
            sockets.Add(r.Socket);
            return r.WriteAsync(bytes);
        });
        await using var gateway = await GatewayUnderTest.StartAsync();
        await gateway.RouteAsync(Routes.OneModel(1, backend));

        using var client = await RawClient.ConnectAsync(gateway.EndPoint);
        await client.SendAsync("GET /v2/models/m HTTP/1.1\r\nHost: h\r\n\r\nGET /v2/models/m HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
        var answers = await client.ReadToEndAsync(TimeSpan.FromSeconds(10));

        answers.ShouldNotContain("forged");
        answers.Split("HTTP/1.1 200").Length.ShouldBe(3, what);
        sockets.Distinct().Count().ShouldBe(2, what);
    }

    [Fact]
    public async Task BodyThatLastsAsLongAsItsConnection_IsPassedOnWhole()
    {
        await using var backend = Backend.Start("m-1-aaaaa", async r =>
        {
            await r.WriteAsync("HTTP/1.1 200 OK\r\n\r\n" + new string('x', 100_000));
            r.Socket.Shutdown(SocketShutdown.Send);
        });
        await using var gateway = await GatewayUnderTest.StartAsync();
        await gateway.RouteAsync(Routes.OneModel(1, backend));

        using var answer = await gateway.InferAsync();

        (await answer.Content.ReadAsStringAsync()).ShouldBe(new string('x', 100_000));
    }

    [Theory]
    [InlineData("Content-Length and chunks", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")]
    [InlineData("two lengths", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok")]
    [InlineData("bare line feeds", "HTTP/1.1 200 OK\nContent-Length: 2\n\nok")]
    [InlineData("folded header", "HTTP/1.1 200 OK\r\nX: a\r\n b\r\nContent-Length: 2\r\n\r\nok")]
    [InlineData("no HTTP", "SSH-2.0-OpenSSH_9.2\r\n\r\n")]
    [InlineData("101", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n")]
    public async Task MalformedAnswers_502_AndAreNotAskedForAgain(string what, string bytes)
    {
        await using var one = Backend.Start("m-1-aaaaa", r => r.WriteAsync(bytes));
        await using var two = Backend.Start("m-1-bbbbb", r => r.WriteAsync(bytes));
        await using var gateway = await GatewayUnderTest.StartAsync();
        await gateway.RouteAsync(Routes.OneModel(1, one, two));

        using var answer = await gateway.InferAsync();

        answer.StatusCode.ShouldBe(HttpStatusCode.BadGateway, what);
        (await answer.Content.ReadAsStringAsync()).ShouldContain("cannot be passed on");
        (one.Attempts + two.Attempts).ShouldBe(1, what);
    }

    [Fact]
    public async Task HeadThatIsTooLarge_502()
    {
        await using var backend = Backend.Start("m-1-aaaaa", r => r.WriteAsync($"HTTP/1.1 200 OK\r\nX: {new string('a', 40_000)}\r\nContent-Length: 0\r\n\r\n"));
        await using var gateway = await GatewayUnderTest.StartAsync();
        await gateway.RouteAsync(Routes.OneModel(1, backend));

        (await gateway.InferAsync()).StatusCode.ShouldBe(HttpStatusCode.BadGateway);
    }

    [Fact]
    public async Task AnswerBeforeTheBodyIsThrough_ReachesTheClient()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var serving = RefuseAsync(listener);
        await using var gateway = await GatewayUnderTest.StartAsync();
        var replica = new Core.Routing.ReplicaRoute("m-1-aaaaa", listener.LocalEndpoint.ToString()!, "");
        await gateway.RouteAsync(Routes.To(1, Routes.Model("m", new Core.Routing.RevisionRoute(1, "1.0.0", 100, [replica]))));
        using var client = await RawClient.ConnectAsync(gateway.EndPoint);

        // Too large to be held, and never sent to its end.
        await client.SendAsync("POST /v2/models/m/infer HTTP/1.1\r\nHost: h\r\nContent-Length: 2000000\r\n\r\n" + new string('x', 500_000));
        var answer = new byte[12];
        var read = 0;
        while (read < answer.Length) read += await client.Socket.ReceiveAsync(answer.AsMemory(read));

        Encoding.ASCII.GetString(answer).ShouldBe("HTTP/1.1 401");
        client.Dispose();
        listener.Stop();
        await serving;
    }

    [Theory]
    [InlineData("/v2/models/m/infer", 200, 3)]
    [InlineData("/services/s/x", 502, 2)]
    public async Task IdleConnectionThatTheReplicaCloses_AsARequestComes_IsAskedOnceMoreOnlyWhenItMayBe(string path, int status, int attempts)
    {
        // As a server that closes what has been idle too long, at the very moment: the first request of a connection is answered, the second finds it closing.
        var answered = new List<Socket>();
        await using var backend = Backend.Start("x-1-aaaaa", r =>
        {
            if (answered.Contains(r.Socket))
            {
                r.Cut();
                return Task.CompletedTask;
            }

            answered.Add(r.Socket);
            return r.AnswerAsync(200, "ok");
        });
        await using var gateway = await GatewayUnderTest.StartAsync();
        await gateway.RouteAsync(Routes.To(1, path.StartsWith("/services", StringComparison.Ordinal) ? Routes.Service("s", Routes.Revision(1, backend)) : Routes.Model("m", Routes.Revision(1, backend))));
        using var client = await RawClient.ConnectAsync(gateway.EndPoint);
        await client.SendAsync($"POST {path} HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\n{{}}POST {path} HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{{}}");

        var answers = await client.ReadToEndAsync(TimeSpan.FromSeconds(10));

        answers.Split("HTTP/1.1 ")[2].ShouldStartWith(status.ToString());
        backend.Attempts.ShouldBe(attempts);
    }

    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    public async Task ReplicaThatShedsLoad_AnotherOneIsAsked(int status)
    {
        await using var busy = Backend.Start("m-1-aaaaa", r => r.AnswerAsync(status, "busy", "Retry-After: 1"));
        await using var free = Backend.Start("m-1-bbbbb", r => r.AnswerAsync(200, "ok"));
        await using var gateway = await GatewayUnderTest.StartAsync();
        await gateway.RouteAsync(Routes.OneModel(1, busy, free));

        for (var i = 0; i < 6; i++) (await gateway.InferAsync()).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task EveryReplicaShedsLoad_TheClientGetsItsAnswer()
    {
        await using var one = Backend.Start("m-1-aaaaa", r => r.AnswerAsync(429, "busy", "Retry-After: 3"));
        await using var two = Backend.Start("m-1-bbbbb", r => r.AnswerAsync(429, "busy", "Retry-After: 3"));
        await using var gateway = await GatewayUnderTest.StartAsync();
        await gateway.RouteAsync(Routes.OneModel(1, one, two));

        using var answer = await gateway.InferAsync();

        ((int)answer.StatusCode).ShouldBe(429);
        answer.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(3));
        (await gateway.StateAsync()).Replicas.ShouldAllBe(r => r.Healthy);
    }

    private static async Task RefuseAsync(TcpListener listener)
    {
        try
        {
            while (true)
            {
                var socket = await listener.AcceptSocketAsync();

                // A check only connects; a request is refused from its first bytes.
                if (await socket.ReceiveAsync(new byte[1024]) > 0) await socket.SendAsync("HTTP/1.1 401 X\r\nContent-Length: 2\r\n\r\nno"u8.ToArray());
                else socket.Dispose();
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private static string Unchunked(string answer) => answer.Replace("3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n", "abcde").Replace("5\r\nabcde\r\n0\r\n\r\n", "abcde");
}
