using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Fairlead.Testing.Models;

namespace Fairlead.ModelServer.Tests.Hosting;

/// <summary>The program itself, as a process.</summary>
public sealed class ProgramTests
{
    [Fact]
    public async Task WrongSetting_IsAProblemOnStderrAndExitCode2()
    {
        using var process = ServerProcess.Start(("FAIRLEAD_TIMEOUT", "50"), ("LOG_LEVEL", "loud"));
        var lines = (await process.StandardError.ReadToEndAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(2);
        lines.Select(l => JsonElement.Parse(l).GetProperty("code").GetString()).ShouldBe(["FL2201", "FL2201"]);
        JsonElement.Parse(lines[0]).GetProperty("message").GetString()!.ShouldContain("FAIRLEAD_TIMEOUT");
        JsonElement.Parse(lines[0]).GetProperty("level").GetString().ShouldBe("error");
    }

    [Fact]
    public async Task TakenPort_IsAProblemOnStderrAndExitCode1()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        using var process = ServerProcess.Start(("FAIRLEAD_HTTP", taken.LocalEndpoint.ToString()!), ("FAIRLEAD_GRPC", "127.0.0.1:0"), ("FAIRLEAD_METRICS", "127.0.0.1:0"));
        var text = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(1);
        JsonElement.Parse(text).GetProperty("code").GetString().ShouldBe("FL2203");
    }

    [Fact]
    public async Task Sigterm_DrainsAndExits0()
    {
        using var folder = PackedFolder.Of(TinyModels.Double());
        await using var server = await ServerProcess.StartAsync(folder.Path, ("FAIRLEAD_REPLICA", "m-1-abcde"));
        var listening = await server.LineAsync(2200);
        listening.GetProperty("replica").GetString().ShouldBe("m-1-abcde");
        listening.GetProperty("time").GetString()!.ShouldEndWith("Z");
        (await server.Client.GetAsync("/readyz")).StatusCode.ShouldBe(HttpStatusCode.OK);

        server.Signal("TERM");
        await server.Process.WaitForExitAsync();
        server.Process.ExitCode.ShouldBe(0);
        await server.LineAsync(2203);
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("http://127.0.0.1:9", true)]
    public async Task WhatSendsTelemetry_IsLoadedWhenThereIsAnEndpointAlone(string endpoint, bool loaded)
    {
        using var folder = PackedFolder.Of(TinyModels.Double());
        await using var server = await ServerProcess.StartAsync(folder.Path, ("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint));
        using var content = new StringContent("""{"inputs":[{"name":"x","datatype":"FP32","shape":[1,2],"data":[1,2]}]}""");
        (await server.Client.PostAsync("/v2/models/m/infer", content)).StatusCode.ShouldBe(HttpStatusCode.OK);
        if (loaded) await server.LineAsync(2242);
        (await File.ReadAllTextAsync($"/proc/{server.Process.Id}/maps")).Contains("System.Net.Http.dll", StringComparison.Ordinal).ShouldBe(loaded);
    }

    [Fact]
    public async Task SettingsFile_IsReadAndItsMistakesEndItWith2()
    {
        using var folder = PackedFolder.Of(TinyModels.Double());
        var path = folder.PathOf("server.json");
        await File.WriteAllTextAsync(path, """{"replica": "from-the-file"}""");
        await using (var server = await ServerProcess.StartAsync(folder.Path, ("FAIRLEAD_CONFIG", path)))
        {
            (await server.LineAsync(2200)).GetProperty("replica").GetString().ShouldBe("from-the-file");
        }

        await File.WriteAllTextAsync(path, """{"replicas": 3, "queue": "many"}""");
        using var process = ServerProcess.Start(("FAIRLEAD_CONFIG", path), ("FAIRLEAD_DRAIN", "soon"));
        var lines = (await process.StandardError.ReadToEndAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(2);
        lines.Select(l => JsonElement.Parse(l).GetProperty("code").GetString()).Order().ShouldBe(["FL2201", "FL2201", "FL2205"]);
    }

    [Fact]
    public async Task SecondSigterm_EndsItAtOnce()
    {
        using var folder = PackedFolder.Of(TinyModels.Loop());
        await using var server = await ServerProcess.StartAsync(folder.Path, ("FAIRLEAD_DRAIN", "10m"), ("FAIRLEAD_TIMEOUT", "10m"));
        var running = server.Client.PostAsync("/v2/models/m/infer", new StringContent("""{"inputs":[{"name":"steps","datatype":"INT64","shape":[],"data":[1000000000000]},{"name":"x","datatype":"INT64","shape":[1],"data":[0]}]}"""));
        while (!(await server.MetricsAsync()).Contains("in_flight 1\n", StringComparison.Ordinal)) running.IsCompleted.ShouldBeFalse();

        server.Signal("TERM");
        await server.LineAsync(2201);
        server.Process.HasExited.ShouldBeFalse();
        server.Signal("TERM");
        await server.Process.WaitForExitAsync();
        server.Process.ExitCode.ShouldBe(128 + 15);
        await Should.ThrowAsync<HttpRequestException>(() => running);
    }

    [Fact]
    public async Task Health_AsksTheServerOfTheSameSettings()
    {
        using var folder = PackedFolder.Of(TinyModels.Double());
        await using var server = await ServerProcess.StartAsync(folder.Path);

        var ready = await HealthAsync(server.Http);
        var anywhere = await HealthAsync($"0.0.0.0:{server.Http.Split(':')[1]}");
        server.Signal("KILL");
        await server.Process.WaitForExitAsync();
        var gone = await HealthAsync(server.Http);

        ready.ShouldBe((0, "{\"ready\":true}"));
        anywhere.ShouldBe(ready);
        gone.ExitCode.ShouldBe(1);
        gone.Output.ShouldContain("refused");
    }

    [Fact]
    public async Task Health_OfAServerThatRefusesItsModelIsFalseAndSaysWhy()
    {
        using var folder = PackedFolder.Of(TinyModels.Double());
        File.Delete(Path.Combine(folder.Path, "fairlead-model.json"));
        await using var server = await ServerProcess.StartAsync(folder.Path);

        var health = await HealthAsync(server.Http);

        health.ExitCode.ShouldBe(1);
        health.Output.ShouldContain("FL2210");
    }

    [Theory]
    [InlineData(true, 0, 2210)]
    [InlineData(false, 1, 2211)]
    public async Task Check_EndsByItselfAndSaysWhetherTheModelCanBeServed(bool good, int exitCode, int saying)
    {
        using var folder = PackedFolder.Of(TinyModels.Double());
        if (!good) File.Delete(Path.Combine(folder.Path, "fairlead-model.json"));
        using var process = ServerProcess.Start(["--check"], [("FAIRLEAD_MODEL", folder.Path)]);

        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();

        process.ExitCode.ShouldBe(exitCode);
        output.ShouldContain($"\"event\":{saying}");
    }

    private static async Task<(int ExitCode, string Output)> HealthAsync(string http)
    {
        using var process = ServerProcess.Start(["--health"], [("FAIRLEAD_HTTP", http)]);
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output.Trim());
    }
}
