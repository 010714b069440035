using System.Net;
using System.Text;
using System.Text.Json;
using Fairlead.Core.Units;
using Fairlead.ModelServer.Settings;
using Fairlead.ModelServer.Tests.Hosting;
using Fairlead.Telemetry.Prometheus;
using Fairlead.Testing.Models;

namespace Fairlead.ModelServer.Tests.Sampling;

public sealed class SamplingTests : IDisposable
{
    private const string Good = """{"id":"7","inputs":[{"name":"x","datatype":"FP32","shape":[1,2],"data":[1.5,-2]}]}""";
    private readonly PackedFolder _folder = PackedFolder.Of(TinyModels.Double());

    private string Path => _folder.PathOf("samples.jsonl");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task EveryChosenRequest_IsALineWithWhatWentInAndOut()
    {
        await using (var server = await StartAsync(new SampleOptions()))
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/v2/models/m/infer") { Content = new StringContent(Good) };
            request.Headers.Add("X-Request-Id", "r-1");
            (await server.Client.SendAsync(request)).StatusCode.ShouldBe(HttpStatusCode.OK);
            (await server.RefusedAsync("x")).Status.ShouldBe(HttpStatusCode.BadRequest);
        }

        var lines = await LinesAsync(Path);
        lines.Count.ShouldBe(2);
        var line = lines[0];
        line.GetProperty("request_id").GetString().ShouldBe("r-1");
        line.GetProperty("id").GetString().ShouldBe("7");
        line.GetProperty("model").GetString().ShouldBe("m");
        line.GetProperty("version").GetString().ShouldBe("1.0.0");
        line.GetProperty("code").GetInt32().ShouldBe(200);
        line.GetProperty("duration_seconds").GetDouble().ShouldBeGreaterThan(0);
        line.GetProperty("time").GetDateTimeOffset().ShouldBe(TimeProvider.System.GetUtcNow(), TimeSpan.FromMinutes(5));
        line.GetProperty("inputs").GetRawText().ShouldBe("""[{"name":"x","datatype":"FP32","shape":[1,2],"data":[1.5,-2]}]""");
        line.GetProperty("outputs").GetRawText().ShouldBe("""[{"name":"y","datatype":"FP32","shape":[1,2],"data":[3,-4]}]""");
        lines[1].GetProperty("code").GetInt32().ShouldBe(400);
        lines[1].GetProperty("error").GetString()!.ShouldContain("JSON");
        lines[1].GetProperty("request_id").GetString().ShouldNotBeNullOrEmpty();
        lines[1].TryGetProperty("inputs", out _).ShouldBeFalse();
        File.GetUnixFileMode(Path).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Theory]
    [InlineData("x", true, false)]
    [InlineData("y", false, true)]
    [InlineData("*", true, true)]
    public async Task RedactedNames_HaveNoValues(string names, bool inputHidden, bool outputHidden)
    {
        await using (var server = await StartAsync(new SampleOptions { Redact = [names] }))
        {
            await server.OutputsAsync(Good);
            await server.RefusedAsync("""{"inputs":[{"name":"x","datatype":"FP32","shape":[1,2],"data":["bergamot",0]}]}""");
        }

        var text = await File.ReadAllTextAsync(Path);

        // Nothing that a time, a duration or the connection's name could hold by chance.
        text.Contains("[1.5,-2]", StringComparison.Ordinal).ShouldBe(!inputHidden);
        text.Contains("[3,-4]", StringComparison.Ordinal).ShouldBe(!outputHidden);
        text.ShouldNotContain("bergamot");
        var lines = await LinesAsync(Path);
        if (inputHidden) lines[0].GetProperty("inputs")[0].GetProperty("data").GetString().ShouldBe("[REDACTED]");
        if (outputHidden) lines[0].GetProperty("outputs")[0].GetProperty("data").GetString().ShouldBe("[REDACTED]");
        (lines[0].GetProperty("id").GetString() == "[REDACTED]").ShouldBe(names == "*");
        lines[1].GetProperty("error").GetString().ShouldBe("[REDACTED]");
    }

    [Fact]
    public async Task LargeTensors_AreCutShortWithANote()
    {
        await using (var server = await StartAsync(new SampleOptions()))
        {
            await server.OutputsAsync($$"""{"inputs":[{"name":"x","datatype":"FP32","shape":[500,2],"data":[{{string.Join(',', Enumerable.Range(0, 1000))}}]}]}""");
        }

        var input = (await LinesAsync(Path)).Single().GetProperty("inputs")[0];
        input.GetProperty("data").GetArrayLength().ShouldBe(256);
        input.GetProperty("data")[255].GetInt32().ShouldBe(255);
        input.GetProperty("shape")[0].GetInt32().ShouldBe(500);
        input.GetProperty("truncated").GetString().ShouldBe("the first 256 of 1000 elements");
    }

    [Fact]
    public async Task LongTexts_AreCutShortToo()
    {
        using var folder = PackedFolder.Of(TinyModels.Identity(OnnxBuilder.String));
        var path = folder.PathOf("samples.jsonl");
        await using (var server = await TestServer.StartAsync(folder.Path, o => o with { Samples = new SampleOptions { File = path, Share = new Share(100) } }))
        {
            await server.OutputsAsync($$"""{"inputs":[{"name":"x","datatype":"BYTES","shape":[3],"data":["ü","{{new string('a', 40_000)}}","b"]}]}""");
        }

        var input = (await LinesAsync(path)).Single().GetProperty("inputs")[0];
        input.GetProperty("data")[0].GetString().ShouldBe("ü");
        input.GetProperty("truncated").GetString().ShouldBe("the first 2 of 3 elements");
        new FileInfo(path).Length.ShouldBeLessThan(64 << 10);
    }

    [Fact]
    public async Task Share_IsTheShareOfRequestsThatAreWritten()
    {
        await using (var server = await StartAsync(new SampleOptions { Share = new Share(20) }))
        {
            for (var i = 0; i < 1000; i++) await server.OutputsAsync(Good);
        }

        // 200 are to be expected, and these bounds are nine standard deviations from them.
        (await LinesAsync(Path)).Count.ShouldBeInRange(90, 310);
    }

    [Fact]
    public async Task FileAboveItsLimit_IsPutAsideAndTheDiskHoldsTwo()
    {
        var rows = string.Join(',', Enumerable.Repeat("0.123456", 200));
        await using (var server = await StartAsync(new SampleOptions { Limit = new ByteSize(64 << 10) }))
        {
            // No more than may wait: none is to be dropped here.
            for (var i = 0; i < 100; i++) await server.OutputsAsync($$"""{"id":"{{i}}","inputs":[{"name":"x","datatype":"FP32","shape":[100,2],"data":[{{rows}}]}]}""");
        }

        Directory.GetFiles(_folder.Path, "samples*").Select(System.IO.Path.GetFileName).Order().ShouldBe(["samples.jsonl", "samples.jsonl.1"]);
        new FileInfo(Path).Length.ShouldBeLessThanOrEqualTo(64 << 10);
        new FileInfo(Path + ".1").Length.ShouldBeLessThanOrEqualTo(64 << 10);
        var ids = (await LinesAsync(Path + ".1")).Concat(await LinesAsync(Path)).Select(l => l.GetProperty("id").GetString()).ToList();
        ids.Count.ShouldBeGreaterThan(10);
        ids[^1].ShouldBe("99");
        ids.ShouldBe(ids.Distinct());
    }

    [Fact]
    public async Task FullDisk_IsOneWarningAndServingGoesOn()
    {
        await using var server = await TestServer.StartAsync(_folder.Path, o => o with { Samples = new SampleOptions { File = "/dev/full", Share = new Share(100) } });
        for (var i = 0; i < 20; i++) await server.OutputsAsync(Good);
        var dropped = 0.0;
        while (dropped < 20) dropped = PrometheusReader.Read(await server.MetricsAsync()).Sum("fairlead_samples_dropped_total") ?? 0;
        dropped.ShouldBe(20);
        server.Log.Split("\"event\":2240").Length.ShouldBe(2, "one warning");
        await server.OutputsAsync(Good);
    }

    [Fact]
    public async Task FolderThatComesLater_IsWrittenToFromThenOn()
    {
        var path = _folder.PathOf("later/samples.jsonl");
        await using var server = await TestServer.StartAsync(_folder.Path, o => o with { Samples = new SampleOptions { File = path, Share = new Share(100) } });
        await server.OutputsAsync(Good);
        await server.UntilAsync(() => server.Log.Contains("\"event\":2240", StringComparison.Ordinal), "the log warns");
        Directory.CreateDirectory(_folder.PathOf("later"));
        await server.OutputsAsync(Good);
        await server.UntilAsync(() => server.Log.Contains("\"event\":2241", StringComparison.Ordinal), "the log says that it is written");
        (await LinesAsync(path)).Count.ShouldBe(1);
    }

    private Task<TestServer> StartAsync(SampleOptions options) =>
        TestServer.StartAsync(_folder.Path, o => o with { Samples = options with { File = Path, Share = options.Share == new SampleOptions().Share ? new Share(100) : options.Share } });

    private static async Task<List<JsonElement>> LinesAsync(string path) => [.. (await File.ReadAllLinesAsync(path, Encoding.UTF8)).Select(l => JsonElement.Parse(l))];
}
