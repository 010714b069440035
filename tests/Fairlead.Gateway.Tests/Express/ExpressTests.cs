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
}
