using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Fairlead.Bench.Gateway;

/// <summary>What one run of the load generator saw; latencies in microseconds.</summary>
internal sealed record Seen(
    [property: JsonPropertyName("requests")] long Requests,
    [property: JsonPropertyName("seconds")] double Seconds,
    [property: JsonPropertyName("p50")] double P50,
    [property: JsonPropertyName("p99")] double P99,
    [property: JsonPropertyName("errors")] long Errors);

/// <summary>wrk, one thread of it: a load generator that takes little of the cores that it shares with what it measures.</summary>
internal static class Wrk
{
    public static async Task<Seen> RunAsync(Uri url, Load load, TimeSpan duration)
    {
        var script = Path.Combine(AppContext.BaseDirectory, "wrk", "report.lua");
        var start = new ProcessStartInfo("wrk", ["-t1", $"-c{load.Connections}", $"-d{(int)duration.TotalSeconds}s", "--timeout", "30s", "-s", script, url.ToString()]) { RedirectStandardOutput = true, UseShellExecute = false };
        start.Environment["BYTES"] = load.Bytes.ToString(CultureInfo.InvariantCulture);
        if (load.Close) start.Environment["CLOSE"] = "1";
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        var line = output.Split('\n').LastOrDefault(l => l.StartsWith('{')) ?? throw new InvalidOperationException($"wrk failed: {output}");
        return JsonSerializer.Deserialize<Seen>(line)!;
    }
}
