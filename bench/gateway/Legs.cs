namespace Fairlead.Bench.Gateway;

/// <summary>The loads, and what the gateway must reach under each.</summary>
internal static class Legs
{
    public static async Task OneConnectionAsync(Subject echo, Subject[] proxies, Report report, BenchOptions options)
    {
        var rows = await Comparison.RunAsync([echo, .. proxies], new Load(1, 100, Close: false), options);
        report.Add(rows);
        foreach (var row in rows.Skip(2)) report.Note($"one connection: p50 that {row.Name} adds", row.P50 - rows[0].P50, "µs");
        report.AtMost("one connection: p50 that the gateway adds", rows[1].P50 - rows[0].P50, 120, "µs");
    }

    public static async Task BodiesAsync(Subject[] proxies, Report report, BenchOptions options, int bytes, double leastRate)
    {
        foreach (var close in (bool[])[false, true])
        {
            foreach (var connections in (int[])[16, 256])
            {
                var load = new Load(connections, bytes, close);
                var rows = await Comparison.RunAsync(proxies, load, options);
                report.Add(rows);
                foreach (var other in rows.Skip(1))
                {
                    report.AtLeast($"{load}: requests/s against {other.Name}", rows[0].Rate / other.Rate, leastRate);
                    report.AtMost($"{load}: p99 against {other.Name}", rows[0].P99 / other.P99, 1.2, "×");
                }
            }
        }
    }
}
