using System.Diagnostics;
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
        using var process = Start(("FAIRLEAD_TIMEOUT", "50"), ("LOG_LEVEL", "loud"));
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
        using var process = Start(("FAIRLEAD_HTTP", taken.LocalEndpoint.ToString()!), ("FAIRLEAD_GRPC", "127.0.0.1:0"), ("FAIRLEAD_METRICS", "127.0.0.1:0"));
        var text = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(1);
        JsonElement.Parse(text).GetProperty("code").GetString().ShouldBe("FL2203");
    }

    [Fact]
    public async Task Sigterm_DrainsAndExits0()
    {
        using var folder = PackedFolder.Of(TinyModels.Double());
        using var process = Start(("FAIRLEAD_MODEL", folder.Path), ("FAIRLEAD_HTTP", "127.0.0.1:0"), ("FAIRLEAD_GRPC", "127.0.0.1:0"), ("FAIRLEAD_METRICS", "127.0.0.1:0"), ("FAIRLEAD_REPLICA", "m-1-abcde"));
        var listening = JsonElement.Parse((await process.StandardOutput.ReadLineAsync())!);
        var ready = JsonElement.Parse((await process.StandardOutput.ReadLineAsync())!);
        listening.GetProperty("event").GetInt32().ShouldBe(2200);
        listening.GetProperty("replica").GetString().ShouldBe("m-1-abcde");
        listening.GetProperty("time").GetString()!.ShouldEndWith("Z");
        ready.GetProperty("event").GetInt32().ShouldBe(2210);
        using var client = new HttpClient();
        (await client.GetAsync(new Uri($"http://{listening.GetProperty("http").GetString()}/readyz"))).StatusCode.ShouldBe(HttpStatusCode.OK);

        Kill(process, "TERM");
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(0);
        (await process.StandardOutput.ReadToEndAsync()).ShouldContain("\"event\":2203");
    }

    [Fact]
    public async Task SecondSigterm_EndsItAtOnce()
    {
        using var folder = PackedFolder.Of(TinyModels.Loop());
        using var process = Start(("FAIRLEAD_MODEL", folder.Path), ("FAIRLEAD_HTTP", "127.0.0.1:0"), ("FAIRLEAD_GRPC", "127.0.0.1:0"), ("FAIRLEAD_METRICS", "127.0.0.1:0"), ("FAIRLEAD_DRAIN", "10m"), ("FAIRLEAD_TIMEOUT", "10m"));
        var listening = JsonElement.Parse((await process.StandardOutput.ReadLineAsync())!);
        await process.StandardOutput.ReadLineAsync();
        using var client = new HttpClient();
        var running = client.PostAsync(new Uri($"http://{listening.GetProperty("http").GetString()}/v2/models/m/infer"), new StringContent("""{"inputs":[{"name":"steps","datatype":"INT64","shape":[],"data":[1000000000000]},{"name":"x","datatype":"INT64","shape":[1],"data":[0]}]}"""));
        while (!(await client.GetStringAsync(new Uri($"http://{listening.GetProperty("metrics").GetString()}/metrics"))).Contains("in_flight 1\n", StringComparison.Ordinal)) running.IsCompleted.ShouldBeFalse();

        Kill(process, "TERM");
        (await process.StandardOutput.ReadLineAsync())!.ShouldContain("\"event\":2201");
        process.HasExited.ShouldBeFalse();
        Kill(process, "TERM");
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(128 + 15);
        await Should.ThrowAsync<HttpRequestException>(() => running);
    }

    private static Process Start(params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "fairlead-server")) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment) start.Environment[name] = value;
        return Process.Start(start)!;
    }

    private static void Kill(Process process, string signal)
    {
        using var kill = Process.Start("/bin/kill", [$"-{signal}", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }
}
