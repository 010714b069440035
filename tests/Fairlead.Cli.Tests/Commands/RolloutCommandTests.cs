using System.Text.Json;
using Fairlead.Testing.Http;

namespace Fairlead.Cli.Tests.Commands;

/// <summary>The commands that steer updates, against a real server.</summary>
public sealed class RolloutCommandTests : IDisposable
{
    private readonly TestCli _cli = new();

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task Status_UpdateUnderWay_TellsHowFarItIs()
    {
        await using var server = await StubServer.StartAsync(_ => (200, Deployment("""{"from":2,"to":3,"state":"progressing","started_at":"2026-01-01T00:00:00Z","requests":1200,"failed":0,"paused":true}""")));

        (await _cli.With(server).RunAsync("rollout", "status", "penguins")).ShouldBe(0);

        _cli.Out.ShouldContain("penguins: revision 2 → 3 paused");
        _cli.Out.ShouldContain("revision 3 (new): 1 ready");
        _cli.Out.ShouldContain("0 failed of 1,200 requests so far.");
    }

    [Fact]
    public async Task Status_RolledBack_TellsWhy()
    {
        await using var server = await StubServer.StartAsync(_ => (200, Deployment("""{"from":1,"to":2,"state":"rolled_back","started_at":"2026-01-01T00:00:00Z","ended_at":"2026-01-01T00:00:09Z","reason":"it was aborted by hand","requests":5,"failed":1}""")));

        (await _cli.With(server).RunAsync("rollout", "status", "penguins")).ShouldBe(0);

        _cli.Out.ShouldContain("penguins: revision 1 → 2 rolled back, after 9s");
        _cli.Out.ShouldContain("because it was aborted by hand");
    }

    [Fact]
    public async Task Status_Waiting_EndsWith1WhenTheUpdateIsRolledBack()
    {
        var asked = 0;
        await using var server = await StubServer.StartAsync(_ => (200, ++asked == 1
            ? Deployment("""{"from":2,"to":3,"state":"progressing","started_at":"2026-01-01T00:00:00Z","requests":0,"failed":0}""")
            : Deployment("""{"from":2,"to":3,"state":"rolled_back","started_at":"2026-01-01T00:00:00Z","reason":"it crashes","requests":0,"failed":0}""")));

        (await _cli.With(server).RunAsync("rollout", "status", "penguins", "--wait")).ShouldBe(1);

        _cli.Error.ShouldContain("it crashes");
    }

    [Theory]
    [InlineData("pause", "is paused")]
    [InlineData("resume", "goes on")]
    public async Task Steering_AsksTheController(string verb, string told)
    {
        var asked = new List<string>();
        await using var server = await StubServer.StartAsync(r =>
        {
            asked.Add($"{r.Method} {r.Path}");
            return (r.Method == "POST" ? 202 : 200, r.Method == "POST" ? "" : Samples.Status);
        });

        (await _cli.With(server).RunAsync("rollout", verb, "penguins")).ShouldBe(0);

        asked[0].ShouldBe($"POST /v1/deployments/penguins/rollout/{verb}");
        _cli.Out.ShouldBe($"The update of penguins {told}.\n");
    }

    [Fact]
    public async Task Promote_OfARollingUpdate_IsRefusedWithTheNextStep()
    {
        await using var server = await StubServer.StartAsync(_ => (409, """{"problems":[{"code":"FL5241","message":"The update of 'penguins' is no canary.","hint":"A rolling update goes on by itself."}]}"""));

        (await _cli.With(server).RunAsync("rollout", "promote", "penguins")).ShouldBe(1);

        _cli.Error.ShouldContain("FL5241");
    }

    [Fact]
    public async Task Rollback_WaitsAndEndsWithTheCountOfRequests()
    {
        string? body = null;
        var asked = 0;
        await using var server = await StubServer.StartAsync(r =>
        {
            if (r.Method != "POST") return (200, Served(requests: ++asked == 1 ? 100 : 350));
            body = r.Body;
            return (202, """{"deployment":"penguins","revision":3,"changed":true}""");
        });

        (await _cli.With(server).RunAsync("rollback", "penguins", "1")).ShouldBe(0);

        body.ShouldBe("""{"revision":1}""");
        _cli.Out.ShouldBe("penguins runs revision 3, version 1.4.0. 0 failed of 250 requests meanwhile.\n");
    }

    [Fact]
    public async Task Diff_WithDifferences_NamesThemAndEndsWith1()
    {
        await using var server = await StubServer.StartAsync(_ => (200, """{"deployment":"penguins","revision":3,"changes":["env/LOG_LEVEL: information → debug"],"drift":["replicas: 4 were asked for by hand; scale/min of revision 3 is 2"]}"""));

        (await _cli.With(server).RunAsync("diff", Service(), "--output", "json")).ShouldBe(1);

        using var json = JsonDocument.Parse(_cli.Out);
        json.RootElement.GetProperty("drift")[0].GetString().ShouldNotBeNull().ShouldContain("by hand");
    }

    [Fact]
    public async Task Diff_WithoutADifference_EndsWith0()
    {
        await using var server = await StubServer.StartAsync(_ => (200, """{"deployment":"penguins","revision":3,"changes":[],"drift":[]}"""));

        (await _cli.With(server).RunAsync("diff", Service())).ShouldBe(0);

        _cli.Out.ShouldBe("The manifest is what revision 3 of penguins records.\nWhat runs is what is recorded.\n");
    }

    private static string Deployment(string rollout) => Samples.Status.Replace("\"replicas\":", $"\"rollout\":{rollout},\"replicas\":", StringComparison.Ordinal);

    private static string Served(int requests) => Samples.Status.Replace("\"requests\":7", $"\"requests\":{requests}", StringComparison.Ordinal);

    private string Service()
    {
        _cli.WriteFile("service/app.py", "print()");
        _cli.WriteFile("service/fairlead.yaml", "name: penguins\nversion: 1.4.0\nmodel: {command: [python3, app.py]}\n");
        return "service";
    }
}
