using System.Text.Json;
using Fairlead.Testing.Http;

namespace Fairlead.Cli.Tests.Bench;

/// <summary><c>bench</c> against a real server that stands for controller and gateway.</summary>
public sealed class BenchCommandTests : IDisposable
{
    private readonly TestCli _cli = new();

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task ARate_IsSentAsManyTimesAsItSays_WithZerosOfTheModelsShape()
    {
        await using var server = await StartAsync(_ => 200);

        (await _cli.With(server).RunAsync("bench", "m", "--rate", "100", "--duration", "1s", "--output", "json")).ShouldBe(0);

        using var report = JsonDocument.Parse(_cli.Out);
        var run = report.RootElement.GetProperty("runs").EnumerateArray().ShouldHaveSingleItem();
        run.GetProperty("sent").GetInt64().ShouldBe(100);
        run.GetProperty("failed").GetInt64().ShouldBe(0);
        run.GetProperty("p95").GetDouble().ShouldBeGreaterThan(0);
        run.GetProperty("outcomes").GetProperty("ok").GetInt64().ShouldBe(100);
        report.RootElement.GetProperty("service").GetProperty("requests").GetInt64().ShouldBeGreaterThan(0);
        server.Seen.Where(s => s.Path == "/v2/models/m/infer").ShouldAllBe(s => s.Body == """{"inputs":[{"name":"X","datatype":"FP32","shape":[1,2],"data":[0,0]}]}""");
    }

    [Fact]
    public async Task AModelThatDoesNotAnswer_IsToldBeforeAnyLoad()
    {
        await using var server = await StartAsync(_ => 500);

        (await _cli.With(server).RunAsync("bench", "m", "--rate", "5")).ShouldBe(1);

        _cli.Error.ShouldStartWith("FL6181: m does not answer the request that is to be measured: 500.");
        server.Seen.Count(s => s.Path == "/v2/models/m/infer").ShouldBe(1);
    }

    [Fact]
    public async Task AMissedTarget_EndsWith1()
    {
        await using var server = await StartAsync(_ => 200);

        (await _cli.With(server).RunAsync("bench", "m", "--rate", "50", "--duration", "1s", "--target-p95", "1us")).ShouldBe(1);

        _cli.Out.ShouldContain("missed");
    }

    [Fact]
    public async Task TheSearch_TellsThatNoRateKeepsATargetThatIsOutOfReach()
    {
        await using var server = await StartAsync(_ => 200);

        (await _cli.With(server).RunAsync("bench", "m", "--duration", "50ms", "--target-p95", "1us")).ShouldBe(1);

        _cli.Out.ShouldContain("No rate keeps p95 1µs: an answer takes ");
    }

    [Fact]
    public async Task ATraceIsSentAsRecorded_AndTheProfileIsOneThatSimulateTakes()
    {
        await using var server = await StartAsync(_ => 200);
        _cli.WriteFile("trace.csv", "TIMESTAMP\n10\n10.1\n10.1\n10.4\n99\n");

        (await _cli.With(server).RunAsync("bench", "m", "--trace", "trace.csv", "--duration", "1s", "--profile", "p.json", "--output", "json")).ShouldBe(0);

        using var report = JsonDocument.Parse(_cli.Out);
        report.RootElement.GetProperty("runs")[0].GetProperty("sent").GetInt64().ShouldBe(4);
        (await _cli.RunAsync("simulate", "--trace", "trace.csv", "--service-time", "p.json", "--target-p95", "100ms", "--max", "2")).ShouldBe(0, _cli.Error);
    }

    [Theory]
    [InlineData("--rate", "5", "--steps", "5:1s")]
    [InlineData("--rate", "0")]
    [InlineData("--steps", "5")]
    [InlineData("--url", "http://127.0.0.1:1/")]
    [InlineData("--url", "nonsense", "--json", "r.json")]
    [InlineData("--grpc", "127.0.0.1:1")]
    [InlineData("--rate-scale", "5")]
    [InlineData("--duration", "5")]
    public async Task WrongUsage_EndsWith2(params string[] options) => (await _cli.RunAsync(["bench", .. options])).ShouldBe(2);

    /// <summary>A model of two values.</summary>
    private static async Task<StubServer> StartAsync(Func<string, int> status)
    {
        string? address = null;
        var server = await StubServer.StartAsync(request => request.Path switch
        {
            "/v1/info" => (200, $$"""{"version":"0","pid":1,"home":"/","api":"{{address}}","gateway":"{{address}}","started":"user","started_at":"2026-01-01T00:00:00Z","engines":[]}"""),
            "/v2/models/m" => (200, """{"name":"m","inputs":[{"name":"X","datatype":"FP32","shape":[-1,2]}],"outputs":[{"name":"y","datatype":"FP32","shape":[-1]}]}"""),
            "/v2/models/m/infer" => (status(request.Body), "{}"),
            _ => (404, ""),
        });
        address = server.Address;
        return server;
    }
}
