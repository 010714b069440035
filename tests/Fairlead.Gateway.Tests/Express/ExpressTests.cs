using Fairlead.Gateway.Tests.Hosting;

namespace Fairlead.Gateway.Tests.Express;

/// <summary>Requests that no server stands before, and what goes over to it.</summary>
public sealed class ExpressTests
{
    private const string Plain = "POST /v2/models/m/infer HTTP/1.1\r\nHost: h\r\nX-Secret: s\r\nContent-Length: 2\r\n\r\n{}";
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task RequestsInOnePiece_AreAnsweredInTheirOrder_WhoeverReadsThem()
    {
        await using var backend = Backend.Start("m-1-aaaaa", r => r.AnswerAsync(200, r.Target));
        await using var gateway = await GatewayUnderTest.StartAsync();
        await gateway.RouteAsync(Routes.OneModel(1, backend));
        string[] targets = ["/v2/models/m/1", "/v2/models/m/2", "/v2/models/m/%33", "/v2/models/m/4", "/livez", "/v2/models/m/6"];

        var answers = await RawClient.AskAsync(gateway.EndPoint, string.Concat(targets.Select((t, i) => $"GET {t} HTTP/1.1\r\nHost: h\r\n{(i == 5 ? "Connection: close\r\n" : "")}\r\n")));

        var bodies = answers.Split("HTTP/1.1 200 OK\r\n").Skip(1).Select(a => a[(a.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..]);
        bodies.ShouldBe(["/v2/models/m/1", "/v2/models/m/2", "/v2/models/m/%33", "/v2/models/m/4", "", "/v2/models/m/6"]);
    }

    [Fact]
    public async Task BodyThatComesLater_IsWaitedFor()
    {
        await using var backend = Backend.Start("m-1-aaaaa", r => r.AnswerAsync(200, r.Text));
        await using var gateway = await GatewayUnderTest.StartAsync();
        await gateway.RouteAsync(Routes.OneModel(1, backend));
        using var client = await RawClient.ConnectAsync(gateway.EndPoint);
        foreach (var letter in Plain.Replace("\r\n\r\n{}", "\r\nConnection: close\r\n\r\n{}", StringComparison.Ordinal)) await client.SendAsync(letter.ToString());

        var answer = await client.ReadToEndAsync(Soon);

        answer.ShouldStartWith("HTTP/1.1 200 OK");
        answer.ShouldContain("\r\nConnection: close\r\n");
        answer.ShouldEndWith("\r\n\r\n{}");
    }

    [Fact]
    public async Task HeadersOfBothSides_EndWhereTheyShould()
    {
        await using var backend = Backend.Start("m-1-aaaaa", r => r.AnswerAsync(200, "x", "Server: s", "Keep-Alive: timeout=5", "Connection: X-Own", "X-Own: 1", "X-Request-Id: other", "X-Twice: 1", "X-Twice: 2"));
        await using var gateway = await GatewayUnderTest.StartAsync();
        await gateway.RouteAsync(Routes.OneModel(1, backend));

        var answer = await RawClient.AskAsync(gateway.EndPoint, "GET /v2/models/m HTTP/1.1\r\nHost: h\r\nX-Forwarded-For: 6.6.6.6\r\nX-Real-IP: 6.6.6.6\r\nTE: trailers\r\nX-Request-Id: mine\r\nConnection: close\r\n\r\n");

        foreach (var passed in (string[])["Server: s", "X-Twice: 1", "X-Twice: 2", "X-Request-Id: mine", "Date: ", "Content-Length: 1"]) answer.ShouldContain("\r\n" + passed);
        foreach (var kept in (string[])["Keep-Alive", "X-Own", "other"]) answer.ShouldNotContain(kept);
        backend.Seen.TryDequeue(out var seen).ShouldBeTrue();
        (seen!.Header("X-Forwarded-For"), seen.Header("X-Forwarded-Proto"), seen.Header("X-Forwarded-Host")).ShouldBe(("127.0.0.1", "http", "h"));
        (seen.Header("X-Real-IP"), seen.Header("TE"), seen.Header("Connection"), seen.Header("X-Request-Id")).ShouldBe((null, null, null, "mine"));
    }

    [Fact]
    public async Task ConnectionThatLiesIdle_IsClosedAfterItsTime()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(o => o with { Limits = o.Limits with { KeepAliveTimeout = TimeSpan.FromSeconds(1) } });
        using var client = await RawClient.ConnectAsync(gateway.EndPoint);

        (await client.ReadToEndAsync(Soon)).ShouldBeEmpty();
    }

    [Fact]
    public async Task ConnectionsAboveTheLimit_AreClosedAtOnce()
    {
        await using var backend = Backend.Start("m-1-aaaaa");
        await using var gateway = await GatewayUnderTest.StartAsync(o => o with { Limits = o.Limits with { MaxConnections = 2 } });
        await gateway.RouteAsync(Routes.OneModel(1, backend));
        using var first = await RawClient.ConnectAsync(gateway.EndPoint);
        using var second = await RawClient.ConnectAsync(gateway.EndPoint);
        await first.SendAsync("GET /livez HTTP/1.1\r\nHost: h\r\n\r\n");
        (await first.ReadAnswerAsync()).ShouldStartWith("HTTP/1.1 200");

        (await RawClient.AskAsync(gateway.EndPoint, Plain)).ShouldNotContain("HTTP");
    }

    [Fact]
    public async Task AnswersOfAnyLength_ReachAClientThatReadsLate()
    {
        var body = new string('a', 3 << 20);
        await using var backend = Backend.Start("m-1-aaaaa", r => r.AnswerAsync(200, body));
        await using var gateway = await GatewayUnderTest.StartAsync();
        await gateway.RouteAsync(Routes.OneModel(1, backend));
        using var client = await RawClient.ConnectAsync(gateway.EndPoint);
        await client.SendAsync("GET /v2/models/m HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");

        // Nothing is read before the replica has been asked.
        SpinWait.SpinUntil(() => backend.Attempts == 1, Soon).ShouldBeTrue();
        var answer = await client.ReadToEndAsync(Soon);

        answer.Length.ShouldBeGreaterThan(body.Length);
        answer.ShouldEndWith(body);
    }

    [Theory]
    [InlineData(300_000, 128L << 20)]
    [InlineData(1 << 20, 128L << 20)]

    // No more than half of it may be held: it streams.
    [InlineData(300_000, 150_000L)]
    public async Task LargeBodies_InPieces_ArriveWhole_OneAfterTheOther(int bytes, long held)
    {
        await using var backend = Backend.Start("m-1-aaaaa", r => r.AnswerAsync(200, r.Text));
        await using var gateway = await GatewayUnderTest.StartAsync(o => o with { Retries = o.Retries with { ReplayBytesInAll = held } });
        await gateway.RouteAsync(Routes.OneModel(1, backend));
        using var client = await RawClient.ConnectAsync(gateway.EndPoint);

        foreach (var letter in (char[])['a', 'b'])
        {
            var body = new string(letter, bytes);
            await client.SendAsync($"POST /v2/models/m/infer HTTP/1.1\r\nHost: h\r\n{(letter == 'b' ? "Connection: close\r\n" : "")}Content-Length: {bytes}\r\n\r\n");
            foreach (var part in body.Chunk(100_000)) await client.SendAsync(new string(part));
            if (letter == 'a') (await client.ReadAnswerAsync(body)).ShouldStartWith("HTTP/1.1 200");
            else (await client.ReadToEndAsync(Soon)).ShouldEndWith(body);
        }

        backend.Attempts.ShouldBe(2);
    }

    [Fact]
    public async Task LargeBodyThatStops_IsTheServersAfterAMoment_AndItsDeadlineAnswers()
    {
        await using var backend = Backend.Start("m-1-aaaaa", r => r.AnswerAsync(200, r.Text));
        await using var gateway = await GatewayUnderTest.StartAsync();
        await gateway.RouteAsync(Routes.To(1, Routes.Model("m", Routes.Revision(1, backend)) with { TimeoutMilliseconds = 300 }));
        using var client = await RawClient.ConnectAsync(gateway.EndPoint);
        await client.SendAsync("POST /v2/models/m/infer HTTP/1.1\r\nHost: h\r\nContent-Length: 300000\r\n\r\n" + new string('a', 200_000));

        (await client.ReadToEndAsync(Soon)).ShouldStartWith("HTTP/1.1 408");

        backend.Attempts.ShouldBe(0);
    }

    [Fact]
    public async Task LargeBody_IsSentAgain_WhenItsReplicaBreaksTheConnection()
    {
        var body = new string('a', 900_000);
        await using var bad = Backend.Start("m-1-aaaaa", r =>
        {
            r.Socket.Close(0);
            return Task.CompletedTask;
        });
        await using var good = Backend.Start("m-1-bbbbb", r => r.AnswerAsync(200, r.Text));
        await using var gateway = await GatewayUnderTest.StartAsync();
        await gateway.RouteAsync(Routes.OneModel(1, bad, good));

        for (var i = 0; i < 10; i++)
        {
            var answer = await RawClient.AskAsync(gateway.EndPoint, $"POST /v2/models/m/infer HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: {body.Length}\r\n\r\n{body}");
            answer.ShouldStartWith("HTTP/1.1 200");
            answer.ShouldEndWith(body);
        }

        bad.Attempts.ShouldBeGreaterThan(0);
    }
}
