using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Fairlead.Bench.Server;

/// <summary>What one run of the load generator saw; latencies in microseconds.</summary>
/// <param name="Refused">Answers of 400 and above.</param>
/// <param name="Broken">Connections that failed, were cut or timed out.</param>
internal sealed record Load(
    [property: JsonPropertyName("requests")] long Requests,
    [property: JsonPropertyName("seconds")] double Seconds,
    [property: JsonPropertyName("p50")] double P50,
    [property: JsonPropertyName("p99")] double P99,
    [property: JsonPropertyName("refused")] long Refused,
    [property: JsonPropertyName("broken")] long Broken)
{
    [JsonIgnore]
    public double Rate => Requests / Seconds;
}

/// <summary>wrk, one thread of it: a load generator that takes little of the two cores that it shares with what it measures.</summary>
internal static class Wrk
{
    public static async Task<Load> RunAsync(Uri url, Body body, int connections, TimeSpan duration)
    {
        var seconds = Math.Max(1, (int)duration.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        var script = Path.Combine(AppContext.BaseDirectory, "wrk", "report.lua");
        var start = new ProcessStartInfo("wrk", ["-t1", $"-c{connections}", $"-d{seconds}s", "--timeout", "30s", "-s", script, url.ToString()]) { RedirectStandardOutput = true, UseShellExecute = false };
        start.Environment["BODY"] = body.File;
        if (body.HeaderLength is { } length) start.Environment["HEADER_LENGTH"] = length.ToString(CultureInfo.InvariantCulture);
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        var line = output.Split('\n').LastOrDefault(l => l.StartsWith('{')) ?? throw new InvalidOperationException($"wrk failed: {output}");
        return JsonSerializer.Deserialize<Load>(line)!;
    }

    public static void Require()
    {
        if (!Environment.GetEnvironmentVariable("PATH")!.Split(':').Any(folder => File.Exists(Path.Combine(folder, "wrk")))) throw new InvalidOperationException("wrk was not found. Install it: apt-get install wrk");
    }
}
