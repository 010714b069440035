using Fairlead.Testing.Http;

namespace Fairlead.Cli.Tests.Prediction;

/// <summary><c>predict</c> against a real server that stands for controller and gateway.</summary>
public sealed class PredictCommandTests : IDisposable
{
    private readonly TestCli _cli = new();

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task Csv_WithLabel_GivesTheAccuracyAndWritesThePredictions()
    {
        await using var server = await StartAsync(_ => 200);
        _cli.WriteFile("h.csv", "a,b,species\n1,9,Small\n20,9,Large\n3,9,Large\n");

        (await _cli.With(server).RunAsync("predict", "m", "--csv", "h.csv", "--label", "species", "--out", "o.csv", "--output", "json")).ShouldBe(0);

        _cli.Out.ReplaceLineEndings("").Replace(" ", "", StringComparison.Ordinal).ShouldBe("""{"rows":3,"correct":2,"accuracy":0.6666666666666666,"failed":0,"out":"o.csv"}""");
        File.ReadAllText(Path.Combine(_cli.Home.Root, "o.csv")).ShouldBe("a,b,species,prediction\n1,9,Small,Small\n20,9,Large,Large\n3,9,Large,Small\n");
    }

    [Fact]
    public async Task Csv_RowsThatFail_AreCountedAndEndWith1()
    {
        await using var server = await StartAsync(_ => 200);
        _cli.WriteFile("h.csv", "a,b\n1,9\n,9\n3,9\n");

        (await _cli.With(server).RunAsync("predict", "m", "--csv", "h.csv")).ShouldBe(1);

        _cli.Out.ShouldBe("3 rows, 1 failed\n");
        _cli.Error.ShouldStartWith("FL6139: 1 of 3 rows were not predicted; the first: row 2, column 'a' is empty");
    }

    [Fact]
    public async Task ABusyModelIsAskedAgain()
    {
        var asked = 0;
        await using var server = await StartAsync(_ => ++asked < 3 ? 503 : 200);

        (await _cli.With(server).RunAsync("predict", "m", "--input", "X=1,9")).ShouldBe(0);

        asked.ShouldBe(3);
    }

    [Fact]
    public async Task Json_IsPassedOnAsItIs_AndARefusalIsToldWithItsReason()
    {
        await using var server = await StartAsync(body => body.Contains("bad", StringComparison.Ordinal) ? 400 : 200);
        _cli.WriteFile("r.json", """{"inputs":[{"name":"X","shape":[1,2],"datatype":"FP32","data":[50,1]}]}""");
        _cli.Input = "bad";

        (await _cli.With(server).RunAsync("predict", "m", "--json", "r.json")).ShouldBe(0);
        _cli.Out.ShouldContain("\"data\":[1]");
        server.Seen[^1].Body.ShouldBe(File.ReadAllText(Path.Combine(_cli.Home.Root, "r.json")));
        (await _cli.RunAsync("predict", "m", "--json", "-")).ShouldBe(1);
        _cli.Error.ShouldStartWith("FL6131: The model answered the request with status 400: as the test says");
    }

    [Theory]
    [InlineData(1, "predict", "m", "--csv", "none.csv")]
    [InlineData(2, "predict", "m")]
    [InlineData(2, "predict", "m", "--input", "Y=1")]
    public async Task NothingUsable_EndsWithItsCode(int exitCode, params string[] line)
    {
        await using var server = await StartAsync(_ => 200);

        (await _cli.With(server).RunAsync(line)).ShouldBe(exitCode);
    }

    /// <summary>A model of two values: Large when the first is above 10.</summary>
    private static Task<StubServer> StartAsync(Func<string, int> status)
    {
        string? address = null;
        return StartedAsync();

        async Task<StubServer> StartedAsync()
        {
            var server = await StubServer.StartAsync(request => request.Path switch
            {
                "/v1/info" => (200, $$"""{"version":"0","pid":1,"home":"/","api":"{{address}}","gateway":"{{address}}","started":"user","started_at":"2026-01-01T00:00:00Z","engines":[]}"""),
                "/v2/models/m" => (200, """{"name":"m","inputs":[{"name":"X","datatype":"FP32","shape":[-1,2]}],"outputs":[{"name":"label","datatype":"INT64","shape":[-1],"labels":["Small","Large"]}]}"""),
                "/v2/models/m/infer" when status(request.Body) is var code and not 200 => (code, """{"error":"as the test says"}"""),
                "/v2/models/m/infer" => (200, $$"""{"model_name":"m","outputs":[{"name":"label","datatype":"INT64","shape":[1],"data":[{{(First(request.Body) > 10 ? 1 : 0)}}]}]}"""),
                _ => (404, ""),
            });
            address = server.Address;
            return server;
        }
    }

    private static double First(string body)
    {
        using var json = System.Text.Json.JsonDocument.Parse(body);
        return json.RootElement.GetProperty("inputs")[0].GetProperty("data")[0].GetDouble();
    }
}
