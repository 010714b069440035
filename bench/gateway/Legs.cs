namespace Fairlead.Bench.Gateway;

/// <summary>The loads, and what the gateway must reach under each.</summary>
internal static class Legs
{
    // The header's deadline is 10 s.
    private static readonly TimeSpan Drips = TimeSpan.FromSeconds(13);

    public static async Task OneConnectionAsync(Subject echo, Subject[] proxies, Report report, BenchOptions options)
    {
        var rows = await Comparison.RunAsync([echo, .. proxies], new Load(1, 100, Close: false), options);
        report.Add(rows);
        foreach (var row in rows.Skip(2)) report.Note($"one connection: p50 that {row.Name} adds", row.P50 - rows[0].P50, "µs");
        report.AtMost("one connection: p50 that the gateway adds", rows[1].P50 - rows[0].P50, 120, "µs");
    }

    /// <summary>Row 23 of docs/reference/faults.md: what a thousand clients that never end their headers do to the others.</summary>
    public static async Task DripAsync(Subject gateway, Report report, BenchOptions options)
    {
        const int Slow = 1000;
        var load = new Load(16, 100, Close: false);
        var (alone, beside) = (new List<double>(), new List<double>());
        var closed = 0;
        await Wrk.RunAsync(gateway.Url, load, options.WarmUp);
        for (var round = 0; round < options.Rounds; round++)
        {
            alone.Add((await Wrk.RunAsync(gateway.Url, load, Drips)).P99);
            await using var drip = await Drip.StartAsync(gateway.Url, Slow);
            beside.Add((await Wrk.RunAsync(gateway.Url, load, Drips)).P99);
            closed += drip.Closed;
        }

        alone.Sort();
        beside.Sort();
        report.AtMost($"{load}, beside {Slow} that send a byte of their headers a second: p99 against that without them", beside[beside.Count / 2] / alone[alone.Count / 2], 2, $"× ({beside[beside.Count / 2] / 1000:0.0} ms, {alone[alone.Count / 2] / 1000:0.0} ms)");
        report.AtLeast("of those, closed by the gateway, a round", (double)closed / options.Rounds, Slow, "");
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
