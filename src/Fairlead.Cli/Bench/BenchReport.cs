using Fairlead.Cli.Load;

namespace Fairlead.Cli.Bench;

/// <summary>What <c>bench</c> found. Times in seconds.</summary>
/// <param name="Service">One request at a time: what an answer takes when nothing waits.</param>
/// <param name="TargetP95">What the search kept to; null without a search.</param>
/// <param name="HighestRate">The highest rate that kept it, in requests a second; 0 when none did, null without a search.</param>
/// <param name="Runs">In the order they were made.</param>
/// <param name="Profile">The file with the service times; null when none was asked for.</param>
internal sealed record BenchReport(string Target, BenchService Service, double? TargetP95, double? HighestRate, IReadOnlyList<BenchRun> Runs, string? Profile);

/// <param name="Requests">How many were measured.</param>
internal sealed record BenchService(long Requests, double Mean, double P50, double P95, double P99)
{
    public static BenchService Of(LatencyRecord latencies) =>
        new(latencies.Count, latencies.Mean.TotalSeconds, latencies.Quantile(0.5).TotalSeconds, latencies.Quantile(0.95).TotalSeconds, latencies.Quantile(0.99).TotalSeconds);
}

/// <param name="Rate">Requests a second that were asked for; null for steps and traces.</param>
/// <param name="Seconds">From the first request due to the last answer.</param>
/// <param name="Sent">Requests that were due, those included that could not be sent for too many unanswered ones.</param>
/// <param name="Lateness">The generator's own: how late the 99th of 100 requests was sent.</param>
/// <param name="Kept">Whether the run kept the target; null without one.</param>
internal sealed record BenchRun(
    double? Rate, double Seconds, long Sent, long Failed, double Mean, double P50, double P95, double P99, double P999, double Max, double Lateness, IReadOnlyDictionary<string, long> Outcomes, bool? Kept)
{
    /// <summary>One failed request in a thousand is the most that still counts as kept.</summary>
    private const double FailedShare = 0.001;

    public static BenchRun Of(double? rate, LoadTally tally, TimeSpan? target)
    {
        var latencies = tally.Latencies;
        var all = tally.Outcomes.Values.Sum();
        var kept = target is { } limit ? tally.Failed <= all * FailedShare && latencies.Quantile(0.95) <= limit : (bool?)null;
        return new BenchRun(
            rate, tally.Lasted.TotalSeconds, all, tally.Failed, latencies.Mean.TotalSeconds, Seconds(0.5), Seconds(0.95), Seconds(0.99), Seconds(0.999), latencies.Max.TotalSeconds,
            tally.Lateness.Quantile(0.99).TotalSeconds, tally.Outcomes.OrderByDescending(o => o.Value).ToDictionary(StringComparer.Ordinal), kept);

        double Seconds(double quantile) => latencies.Quantile(quantile).TotalSeconds;
    }
}
