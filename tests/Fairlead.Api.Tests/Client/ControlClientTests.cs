using Fairlead.Api.Client;
using Fairlead.Api.Wire;
using Fairlead.Testing.Http;

namespace Fairlead.Api.Tests.Client;

public sealed class ControlClientTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    private const string Status = """
        {"name":"penguins","version":"1.4.0","engine":"process","phase":"ready","revision":3,"desired":2,"ready":2,"created_at":"2026-01-01T00:00:00Z",
         "urls":["http://127.0.0.1:8080/v2/models/penguins"],"traffic":{"requests":7,"failed":0,"in_flight":1},"replicas":[]}
        """;

    [Fact]
    public async Task EveryCallShowsTheTokenAndAsksTheRouteOfTheApi()
    {
        await using var server = await StubServer.StartAsync(request => request switch
        {
            { Path: "/v1/info" } => (200, """{"version":"0.1.0","pid":5,"home":"/h","api":"a","gateway":"g","started":"up","started_at":"2026-01-01T00:00:00Z","engines":[]}"""),
            { Path: "/v1/deployments" } => (200, $"[{Status}]"),
            { Method: "PUT" } => (202, """{"deployment":"penguins","revision":3,"changed":true}"""),
            { Path: "/v1/deployments/penguins", Method: "GET" } => (200, Status),
            { Path: "/v1/plan" } => (200, """{"deployment":"penguins","revision":1,"changes":[],"steps":[{"action":"start","replica":"penguins-1-aaaaa","detail":"d"}]}"""),
            { Path: "/v1/deployments/penguins/revisions" } => (200, """[{"number":1,"version":"1","state":"current","created_at":"2026-01-01T00:00:00Z","manifest":"{}"}]"""),
            { Path: "/v1/deployments/penguins/why" } => (200, """{"deployment":"penguins","healthy":true,"summary":"fine","causes":[]}"""),
            { Path: "/v1/events" } => (200, """[{"sequence":9,"time":"2026-01-01T00:00:00Z","severity":"information","kind":"k","message":"m"}]"""),
            _ => (202, ""),
        });
        using var client = Client(server);
        var request = new DeployRequest("{}", "sha256:0", "process", 2, "fairlead.yaml");

        (await client.GetInfoAsync(None)).Value.Started.ShouldBe("up");
        (await client.ListAsync(None)).Value.Single().Name.ShouldBe("penguins");
        (await client.GetAsync("penguins", None)).Value.Ready.ShouldBe(2);
        (await client.DeployAsync("penguins", request, None)).Value.ShouldBe(new DeployAccepted("penguins", 3, true));
        (await client.PlanAsync(request, None)).Value.Steps.Single().Action.ShouldBe("start");
        (await client.ScaleAsync("penguins", 4, None)).IsOk.ShouldBeTrue();
        (await client.GetRevisionsAsync("penguins", None)).Value.Single().Number.ShouldBe(1);
        (await client.GetWhyAsync("penguins", None)).Value.Healthy.ShouldBeTrue();
        (await client.GetEventsAsync(new EventQuery("penguins", 8, 10), TimeSpan.FromSeconds(10), None)).Value.Single().Sequence.ShouldBe(9);
        (await client.RemoveAsync("penguins", None)).IsOk.ShouldBeTrue();
        (await client.ShutDownAsync(None)).IsOk.ShouldBeTrue();

        server.Seen.ShouldAllBe(seen => seen.Authorization == "Bearer secret");
        server.Seen.Select(seen => $"{seen.Method} {seen.Path}{seen.Query}").ShouldBe(
        [
            "GET /v1/info", "GET /v1/deployments", "GET /v1/deployments/penguins", "PUT /v1/deployments/penguins", "POST /v1/plan",
            "POST /v1/deployments/penguins/scale", "GET /v1/deployments/penguins/revisions", "GET /v1/deployments/penguins/why",
            "GET /v1/events?deployment=penguins&after=8&limit=10&wait=10000ms", "DELETE /v1/deployments/penguins", "POST /v1/shutdown",
        ]);
        server.Seen[5].Body.ShouldBe("""{"replicas":4}""");
    }

    [Fact]
    public async Task ARefusalKeepsTheControllersOwnProblemsWithTheirPlaces()
    {
        await using var server = await StubServer.StartAsync(_ => (422, """{"problems":[{"code":"FL1004","message":"Bad.","hint":"Mend it.","file":"f.yaml","line":3,"path":"a/b"},{"code":"FL5014","message":"Too many.","hint":"Fewer."}]}"""));
        using var client = Client(server);

        var refused = await client.ScaleAsync("penguins", 4, None);

        refused.Problems.Select(p => p.ToString()).ShouldBe(["f.yaml:3: a/b: FL1004: Bad. Mend it.", "FL5014: Too many. Fewer."]);
    }

    [Theory]
    [InlineData(401, "", "FL6003")]
    [InlineData(404, "", "FL6005")]
    [InlineData(500, "<html>", "FL6004")]
    [InlineData(200, "not json", "FL6004")]
    [InlineData(200, "null", "FL6004")]
    public async Task AnAnswerWithoutProblemsIsNamedByItsStatus(int status, string body, string code)
    {
        await using var server = await StubServer.StartAsync(_ => (status, body));
        using var client = Client(server);

        (await client.GetAsync("penguins", None)).Problems.Single().Code.ShouldBe(code);
    }

    [Fact]
    public async Task NobodyListening_IsNothingRuns_OrAKilledControllerWhenItLeftItsRecord()
    {
        var server = await StubServer.StartAsync(_ => (200, ""));
        using var client = Client(server);
        await server.DisposeAsync();

        using var recorded = new ControlClient(client.Address with { Pid = 12 }, "/home");

        (await client.ListAsync(None)).Problems.Single().Code.ShouldBe("FL6001");
        (await client.IsHealthyAsync(None)).ShouldBeFalse();
        (await recorded.ListAsync(None)).Problems.Single().ToString().ShouldContain("FL6002: The controller at");
    }

    [Fact]
    public async Task NoAnswerInTime_SaysSoAndIsNotTakenForTheCallersCancellation()
    {
        await using var server = await StubServer.StartAsync((_, _, cancellationToken) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken));
        using var client = new ControlClient(new ControllerAddress(new Uri($"http://{server.Address}"), "secret", null), "/home") { CallTimeout = TimeSpan.FromMilliseconds(100) };

        (await client.GetInfoAsync(None)).Problems.Single().Code.ShouldBe("FL6002");
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => client.GetInfoAsync(cancelled.Token));
    }

    [Fact]
    public async Task LogsArriveLineByLineBeforeTheAnswerEnds()
    {
        var second = new TaskCompletionSource();
        await using var server = await StubServer.StartAsync(async (_, response, cancellationToken) =>
        {
            await Write(response, """{"time":"2026-01-01T00:00:00Z","replica":"a","text":"one"}""" + "\n", cancellationToken);
            await second.Task.WaitAsync(cancellationToken);
            await Write(response, """{"time":"2026-01-01T00:00:01Z","replica":"b","text":"two"}""" + "\n", cancellationToken);
        });
        using var client = Client(server);
        var lines = new List<string>();

        var read = await client.ReadLogsAsync("penguins", new LogFilter("a", DateTimeOffset.UnixEpoch, 5, Follow: true), record =>
        {
            lines.Add($"{record.Replica} {record.Text}");
            second.TrySetResult();
        }, None);

        read.IsOk.ShouldBeTrue();
        lines.ShouldBe(["a one", "b two"]);
        server.Seen.Single().Query.ShouldBe("?replica=a&since=1970-01-01T00%3A00%3A00.0000000%2B00%3A00&tail=5&follow=true");
    }

    private static Task Write(Microsoft.AspNetCore.Http.HttpResponse response, string text, CancellationToken cancellationToken) =>
        response.Body.WriteAsync(System.Text.Encoding.UTF8.GetBytes(text), cancellationToken).AsTask();

    private static ControlClient Client(StubServer server) => new(new ControllerAddress(new Uri($"http://{server.Address}"), "secret", null), "/home");
}
