using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Fairlead.Gateway.Tests.Hosting;
using Fairlead.Testing;

namespace Fairlead.Gateway.Tests.Forwarding;

public class ForwardingTests
{
    [Theory]
    [InlineData("/v2/models/m/infer", "/v2/models/m/infer")]
    [InlineData("/v2/models/m", "/v2/models/m")]
    [InlineData("/v2/models/m/versions/1.0.0/infer?a=b&c=%20", "/v2/models/m/versions/1.0.0/infer?a=b&c=%20")]
    [InlineData("/services/s/predict/a%2Fb%7e?x=1?2", "/predict/a%2Fb%7e?x=1?2")]
    [InlineData("/services/s", "/")]
    [InlineData("/services/s?q", "/?q")]
    [InlineData("/services/s//double//", "//double//")]
    public async Task TheTargetArrivesAsItCame(string asked, string arrives)
    {
        await using var backend = Backend.Start("m-1-aaaaa");
        await using var service = Backend.Start("s-1-aaaaa");
        await using var gateway = await GatewayUnderTest.StartAsync();
        await gateway.RouteAsync(Routes.To(1, Routes.Model("m", Routes.Revision(1, backend)), Routes.Service("s", Routes.Revision(1, service))));

        var answer = await RawClient.AskAsync(gateway.EndPoint, $"GET {asked} HTTP/1.1\r\nHost: models.example:80\r\nConnection: close\r\n\r\n");

        answer.ShouldStartWith("HTTP/1.1 200");
        backend.Seen.Concat(service.Seen).Single().Target.ShouldBe(arrives);
    }

    [Fact]
    public async Task HeadersThatBelongToAConnectionEndHere_AndClaimsAboutTheClientAreMadeAnew()
    {
        await using var backend = Backend.Start("m-1-aaaaa", r => r.AnswerAsync(200, "ok", "Keep-Alive: 5", "X-Kept: é", "X-Hop: 1", "Connection: X-Hop", "Set-Cookie: a=1", "Set-Cookie: b=2"));
        await using var gateway = await GatewayUnderTest.StartAsync();
        await gateway.RouteAsync(Routes.OneModel(1, backend));

        using var client = await RawClient.ConnectAsync(gateway.EndPoint);
        await client.SendAsync(string.Join("\r\n",
            "POST /v2/models/m/infer HTTP/1.1", "Host: models.example", "X-Forwarded-For: 6.6.6.6", "X-Forwarded-Proto: https", "Forwarded: for=6.6.6.6",
            "X-Real-IP: 6.6.6.6", "Connection: X-Secret", "X-Secret: s", "Keep-Alive: 1", "TE: trailers", "Proxy-Authorization: x", "Upgrade: h2c", "HTTP2-Settings: AAA",
            "X-Request-Id: abc-1", "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "X-Own: ü", "Content-Type: application/json", "Content-Length: 2", "", "{}"));
        await client.SendAsync("GET /livez HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
        var answer = (await client.ReadToEndAsync(TimeSpan.FromSeconds(10))).Split("HTTP/1.1 200 OK", 3)[1];

        var seen = backend.Seen.Single();
        seen.Header("Host").ShouldBe("models.example");
        seen.Header("X-Forwarded-For").ShouldBe("127.0.0.1");
        seen.Header("X-Forwarded-Proto").ShouldBe("http");
        seen.Header("X-Forwarded-Host").ShouldBe("models.example");
        seen.Header("X-Request-Id").ShouldBe("abc-1");
        seen.Header("traceparent").ShouldBe("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        seen.Header("X-Own").ShouldBe("ü");
        seen.Header("Content-Type").ShouldBe("application/json");
        foreach (var gone in (string[])["Forwarded", "X-Real-IP", "X-Secret", "Keep-Alive", "TE", "Proxy-Authorization", "Upgrade", "HTTP2-Settings", "Connection"]) seen.Header(gone).ShouldBeNull(gone);
        answer.ShouldContain("X-Kept: é");
        answer.ShouldContain("Set-Cookie: a=1\r\nSet-Cookie: b=2");
        answer.ShouldContain("X-Request-Id: abc-1");
        answer.ShouldNotContain("X-Hop: 1");
        answer.ShouldNotContain("Keep-Alive");
        answer.ShouldEndWith("\r\n\r\nok");
    }

    [Fact]
    public async Task IdsThatAreMissingOrMalformedAreMade()
    {
        await using var backend = Backend.Start("m-1-aaaaa");
        await using var gateway = await GatewayUnderTest.StartAsync();
        await gateway.RouteAsync(Routes.OneModel(1, backend));

        await RawClient.AskAsync(gateway.EndPoint, "GET /v2/models/m HTTP/1.1\r\nHost: h\r\nX-Request-Id: bad id\r\ntraceparent: 00-0-0-0\r\nConnection: close\r\n\r\n");

        backend.Seen.Single().Header("X-Request-Id")!.Length.ShouldBe(32);
        backend.Seen.Single().Header("traceparent")!.Length.ShouldBe(55);
    }

    [Theory]
    [InlineData(10, false)]
    [InlineData(64 * 1024, true)]
    [InlineData((64 * 1024) + 1, true)]
    [InlineData(1 << 20, false)]
    [InlineData((1 << 20) + 1, false)]
    [InlineData(1 << 20, true)]
    [InlineData((1 << 20) + 1, true)]
    [InlineData(3_000_000, false)]
    [InlineData(3_000_000, true)]
    public async Task BodiesOfEverySizeArriveWhole(int bytes, bool chunked)
    {
        await using var backend = Backend.Start("m-1-aaaaa", r => r.AnswerAsync(200, r.Text));
        await using var gateway = await GatewayUnderTest.StartAsync();
        await gateway.RouteAsync(Routes.OneModel(1, backend));
        var body = new byte[bytes];
        Random.Shared.NextBytes(body);
        using var message = new HttpRequestMessage(HttpMethod.Post, "/v2/models/m/infer") { Content = new ByteArrayContent(body) };
        message.Headers.TransferEncodingChunked = chunked;

        using var answer = await gateway.Http.SendAsync(message);

        (await answer.Content.ReadAsByteArrayAsync()).ShouldBe(body);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task BodyOverTheRoutesLimit_413(bool chunked)
    {
        await using var backend = Backend.Start("m-1-aaaaa");
        await using var gateway = await GatewayUnderTest.StartAsync();
        await gateway.RouteAsync(Routes.To(1, Routes.Model("m", Routes.Revision(1, backend)) with { MaxBodyBytes = 1000 }));
        using var message = new HttpRequestMessage(HttpMethod.Post, "/v2/models/m/infer") { Content = new ByteArrayContent(new byte[1001]) };
        message.Headers.TransferEncodingChunked = chunked;

        using var answer = await gateway.Http.SendAsync(message);

        answer.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        (await answer.Content.ReadAsStringAsync()).ShouldStartWith("{\"error\":");
        backend.Attempts.ShouldBe(0);
        (await gateway.StateAsync()).Deployments.Single().Failed.ShouldBe(0);
    }

    [Fact]
    public async Task AnAnswerIsPassedOnAsItComes()
    {
        var more = new TaskCompletionSource();
        await using var backend = Backend.Start("m-1-aaaaa", async r =>
        {
            await r.WriteAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n");
            await more.Task;
            await r.WriteAsync("4\r\nlast\r\n0\r\n\r\n");
        });
        await using var gateway = await GatewayUnderTest.StartAsync();
        await gateway.RouteAsync(Routes.OneModel(1, backend));
        using var message = new HttpRequestMessage(HttpMethod.Get, "/v2/models/m");
        using var answer = await gateway.Http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead);
        await using var body = await answer.Content.ReadAsStreamAsync();
        var first = new byte[5];
        await body.ReadExactlyAsync(first);
        more.SetResult();

        Encoding.ASCII.GetString(first).ShouldBe("first");
        (await new StreamReader(body).ReadToEndAsync()).ShouldBe("last");
    }

    [Fact]
    public async Task HeadKeepsTheLengthAndHasNoBody()
    {
        await using var backend = Backend.Start("m-1-aaaaa", r => r.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 77\r\n\r\n"));
        await using var gateway = await GatewayUnderTest.StartAsync();
        await gateway.RouteAsync(Routes.OneModel(1, backend));
        using var message = new HttpRequestMessage(HttpMethod.Head, "/v2/models/m");

        using var answer = await gateway.Http.SendAsync(message);

        answer.Content.Headers.ContentLength.ShouldBe(77);
    }

    [Fact]
    public async Task ClientGone_TheReplicaIsLetGo_AndNothingCountsAsFailed()
    {
        var reached = new TaskCompletionSource();
        await using var backend = Backend.Start("m-1-aaaaa", async r =>
        {
            reached.TrySetResult();
            await r.Socket.ReceiveAsync(new byte[1], System.Net.Sockets.SocketFlags.None, r.Stopped);
        });
        await using var gateway = await GatewayUnderTest.StartAsync();
        await gateway.RouteAsync(Routes.OneModel(1, backend));
        using (var client = await RawClient.ConnectAsync(gateway.EndPoint))
        {
            await client.SendAsync("GET /v2/models/m HTTP/1.1\r\nHost: h\r\n\r\n");
            await reached.Task.WaitAsync(TimeSpan.FromSeconds(10));
        }

        (await Eventually.BecomesAsync(() => backend.InFlight == 0, TimeSpan.FromSeconds(5))).ShouldBeTrue();
        (await Eventually.BecomesAsync(async () => (await gateway.StateAsync()).Deployments.Single().InFlight == 0, TimeSpan.FromSeconds(5))).ShouldBeTrue();
        (await gateway.StateAsync()).Deployments.Single().Failed.ShouldBe(0);
        (await gateway.MetricAsync("fairlead_gateway_requests_total", "code=\"499\"")).ShouldBe(1);
    }

    [Theory]
    [InlineData("POST", "/services/s/x", 1, 502)]
    [InlineData("PUT", "/services/s/x", 2, 200)]
    [InlineData("GET", "/services/s/x", 2, 200)]
    [InlineData("POST", "/v2/models/m/infer", 2, 200)]
    public async Task ConnectionBrokenBeforeAnAnswer_RetriedOnlyWhenItMayBeSentTwice(string method, string path, int attempts, int status)
    {
        var broken = 0;
        Task BreakFirst(BackendRequest request)
        {
            if (Interlocked.Exchange(ref broken, 1) == 1) return request.AnswerAsync(200);
            request.Cut();
            return Task.CompletedTask;
        }

        await using var one = Backend.Start("x-1-aaaaa", BreakFirst);
        await using var two = Backend.Start("x-1-bbbbb", BreakFirst);
        await using var gateway = await GatewayUnderTest.StartAsync();
        await gateway.RouteAsync(Routes.To(1, path.StartsWith("/services", StringComparison.Ordinal) ? Routes.Service("s", Routes.Revision(1, one, two)) : Routes.Model("m", Routes.Revision(1, one, two))));
        using var message = new HttpRequestMessage(HttpMethod.Parse(method), path) { Content = method == "GET" ? null : new StringContent("{}") };

        using var answer = await gateway.Http.SendAsync(message);

        ((int)answer.StatusCode).ShouldBe(status);
        (one.Attempts + two.Attempts).ShouldBe(attempts);
    }

    [Fact]
    public async Task ServicePost_ToAReplicaThatIsGone_IsSentToAnother()
    {
        await using var gone = Backend.Start("s-1-aaaaa");
        await using var there = Backend.Start("s-1-bbbbb");
        await using var gateway = await GatewayUnderTest.StartAsync();
        gone.Kill();
        await gateway.RouteAsync(Routes.To(1, Routes.Service("s", Routes.Revision(1, gone, there))));

        for (var i = 0; i < 20; i++) (await gateway.Http.PostAsync("/services/s/x", new StringContent("once"))).StatusCode.ShouldBe(HttpStatusCode.OK);

        there.Attempts.ShouldBe(20);
    }

    [Fact]
    public async Task ContinueIsSentWhenABodyIsWaitedFor()
    {
        await using var backend = Backend.Start("m-1-aaaaa", r => r.AnswerAsync(200, r.Text));
        await using var gateway = await GatewayUnderTest.StartAsync();
        await gateway.RouteAsync(Routes.OneModel(1, backend));
        using var message = new HttpRequestMessage(HttpMethod.Post, "/v2/models/m/infer") { Content = new StringContent("waited") };
        message.Headers.ExpectContinue = true;

        using var answer = await gateway.Http.SendAsync(message);

        (await answer.Content.ReadAsStringAsync()).ShouldBe("waited");
        backend.Seen.Single().Header("Expect").ShouldBeNull();
    }
}
