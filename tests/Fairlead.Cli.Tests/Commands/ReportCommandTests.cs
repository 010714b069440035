using System.Text.Json;
using Fairlead.Testing.Http;

namespace Fairlead.Cli.Tests.Commands;

/// <summary>Commands that show what the controller tells, against a real server.</summary>
public sealed class ReportCommandTests : IDisposable
{
    private readonly TestCli _cli = new();

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task Why_Unhealthy_RanksTheCausesAndEndsWith1()
    {
        await using var server = await Answering("/v1/deployments/penguins/why", """
            {"deployment":"penguins","healthy":false,"summary":"penguins has no ready replica.","causes":[
              {"code":"FL5101","summary":"Replicas crash.","evidence":["exit code 3","last line: boom"],"remedy":"Read the log."},
              {"code":"FL5102","summary":"The port is taken.","evidence":[],"remedy":"Free it."}]}
            """);

        (await _cli.With(server).RunAsync("why", "penguins")).ShouldBe(1);

        _cli.Out.ShouldBe("""
            penguins has no ready replica.

            1. Replicas crash. (FL5101)
               seen: exit code 3
               seen: last line: boom
               → Read the log.

            2. The port is taken. (FL5102)
               → Free it.

            """);
    }

    [Fact]
    public async Task Why_WithoutNameAndOneDeployment_MeansThatOne()
    {
        await using var server = await StubServer.StartAsync(r => r.Path switch
        {
            "/v1/deployments" => (200, $"[{Samples.Status}]"),
            "/v1/deployments/penguins/why" => (200, """{"deployment":"penguins","healthy":true,"summary":"All is well.","causes":[]}"""),
            _ => (200, ""),
        });

        (await _cli.With(server).RunAsync("why")).ShouldBe(0);
        _cli.Out.ShouldBe("All is well.\n");
    }

    [Fact]
    public async Task Why_RecordOfAKilledController_TellsSoAndHowToGoOn()
    {
        _cli.WriteFile("run/api-token", "secret");
        _cli.WriteFile("run/controller.json", """{"pid":999999,"start_time":1,"api":"127.0.0.1:1"}""");
        _cli.WriteFile("run/gateway.json", """{"pid":999998,"start_time":1,"address":"127.0.0.1:2"}""");

        (await _cli.RunAsync("why", "--output", "json")).ShouldBe(1);

        using var json = JsonDocument.Parse(_cli.Out);
        json.RootElement.GetProperty("causes").EnumerateArray().Select(c => c.GetProperty("code").GetString()).ShouldBe(["FL6002", "FL6121"]);
        json.RootElement.GetProperty("summary").GetString().ShouldBe("The controller has ended without taking its record away: it was killed or crashed.");
    }

    [Fact]
    public async Task Status_Json_IsTheApisDocument()
    {
        await using var server = await Answering("/v1/deployments", $"[{Samples.Status}]");

        (await _cli.With(server).RunAsync("status", "--output", "json")).ShouldBe(0);

        using var json = JsonDocument.Parse(_cli.Out);
        json.RootElement[0].GetProperty("replicas")[0].GetProperty("memory_bytes").GetInt64().ShouldBe(52428800);
        _cli.Error.ShouldBeEmpty();
    }

    [Fact]
    public async Task Status_Watch_EndsWith0OnCtrlC()
    {
        await using var server = await StubServer.StartAsync(_ =>
        {
            _cli.Interrupts.Interrupt();
            return (200, $"[{Samples.Status}]");
        });

        var exitCode = await _cli.With(server).RunAsync("status", "--watch");

        exitCode.ShouldBeOneOf(0, 130);
    }

    [Fact]
    public async Task History_ListsRevisionsNewestFirst()
    {
        await using var server = await Answering("/v1/deployments/penguins/revisions", """
            [{"number":2,"version":"1.1.0","content":"sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef","state":"current","created_at":"2020-01-01T00:00:00Z","copy_of":1,"manifest":"{}"},
             {"number":1,"version":"1.0.0","state":"superseded","created_at":"2020-01-01T00:00:00Z","manifest":"{}"}]
            """);

        (await _cli.With(server).RunAsync("history", "penguins")).ShouldBe(0);

        var lines = _cli.Out.Split('\n');
        lines[0].ShouldStartWith("REVISION  VERSION  STATE");
        lines[1].ShouldContain("1.1.0    current");
        lines[1].ShouldEndWith("0123456789ab  repeats revision 1");
        lines[2].ShouldContain("1.0.0    superseded");
    }

    [Fact]
    public async Task Events_AreReadToTheEndPageByPage()
    {
        await using var server = await StubServer.StartAsync(r => r.Query.Contains("after=0", StringComparison.Ordinal)
            ? (200, "[" + string.Join(',', Enumerable.Range(1, 500).Select(i => Event(i))) + "]")
            : (200, $"[{Event(501)}]"));

        (await _cli.With(server).RunAsync("events", "--output", "json")).ShouldBe(0);

        _cli.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(501);
        server.Seen[^1].Query.ShouldBe("?after=500&limit=500");

        static string Event(int sequence) => $$"""{"sequence":{{sequence}},"time":"2026-01-01T00:00:00Z","severity":"information","kind":"k","message":"m"}""";
    }

    [Fact]
    public async Task Logs_StructuredLinesBecomeSentences()
    {
        await using var server = await Answering("/v1/deployments/penguins/logs", """
            {"time":"2026-01-01T00:00:00Z","replica":"penguins-1-aaaaa","text":"{\"time\":\"x\",\"level\":\"information\",\"event\":1,\"message\":\"Loaded.\",\"Milliseconds\":12}"}
            {"time":"2026-01-01T00:00:00Z","replica":"penguins-1-aaaaa","text":"plain { words"}

            """);

        (await _cli.With(server).RunAsync("logs", "penguins", "--tail", "5")).ShouldBe(0);

        var lines = _cli.Out.Split('\n');
        lines[0].ShouldEndWith("penguins-1-aaaaa Loaded. Milliseconds=12");
        lines[1].ShouldEndWith("penguins-1-aaaaa plain { words");
        server.Seen[^1].Query.ShouldBe("?tail=5");
    }

    [Fact]
    public async Task Scale_WaitsUntilSoManyRun()
    {
        var asked = 0;
        await using var server = await StubServer.StartAsync(r => r.Method == "POST" ? (202, "") : (200, Samples.StatusWith(ready: Math.Min(++asked, 3), desired: 3)));

        (await _cli.With(server).RunAsync("scale", "penguins", "3")).ShouldBe(0);

        asked.ShouldBe(3);
        server.Seen[0].Body.ShouldBe("""{"replicas":3}""");
        _cli.Out.ShouldBe("penguins runs 3 replicas. 0 failed of 0 requests meanwhile.\n");
    }

    [Fact]
    public async Task Scale_NotReachedInTime_EndsWith1()
    {
        await using var server = await StubServer.StartAsync(r => r.Method == "POST" ? (202, "") : (200, Samples.StatusWith(ready: 1, desired: 3)));

        (await _cli.With(server).RunAsync("scale", "penguins", "3", "--timeout", "200ms")).ShouldBe(1);

        _cli.Error.ShouldStartWith("FL6108: penguins was not ready");
    }

    private static Task<StubServer> Answering(string path, string body) => StubServer.StartAsync(r => r.Path == path ? (200, body) : (200, ""));
}
