using System.Collections.Concurrent;
using Fairlead.Cli.Load;

namespace Fairlead.Bench.Autoscale.Real;

/// <summary>A load that does not wait for answers, and what became of each of its seconds.</summary>
internal sealed class RealLoad
{
    private readonly ConcurrentQueue<LoadOutcome> _outcomes = [];
    private readonly LoadTally _tally;

    private RealLoad() => _tally = new LoadTally(_outcomes.Enqueue);

    public int Requests => _outcomes.Count;

    public int Failed => _outcomes.Count(o => o.Failure is not null);

    public int FailedFrom(TimeSpan from) => _outcomes.Count(o => o.Failure is not null && o.Due >= from);

    /// <summary>The failures by what they were, the most frequent first.</summary>
    public IEnumerable<string> Failures => _outcomes.Where(o => o.Failure is not null).GroupBy(o => $"{o.Failure!.Name} {o.Failure.Detail}".Trim()).OrderByDescending(g => g.Count()).Select(g => $"{g.Count()} × {g.Key}");

    /// <summary>How late the 99th of 100 requests was sent, in seconds: what the generator adds itself.</summary>
    public double Lateness => _tally.Lateness.Quantile(0.99).TotalSeconds;

    public static async Task<RealLoad> RunAsync(Subject subject, IEnumerable<TimeSpan> times, CancellationToken cancellationToken)
    {
        var load = new RealLoad();
        using var target = subject.Target();
        await LoadRun.RunAsync(times, target, load._tally, TimeProvider.System, cancellationToken, cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        return load;
    }

    /// <summary>Seconds from the load's begin whose requests' p95 is above the target, as the simulation counts them; a failed request took for ever.</summary>
    public IReadOnlyList<int> Violations(TimeSpan target) =>
    [
        .. _outcomes.GroupBy(o => Math.Max(0, (int)Math.Ceiling(o.Due.TotalSeconds) - 1)).Where(s => P95(s) > target).Select(s => s.Key).Order(),
    ];

    public double OverTarget(TimeSpan target) => _outcomes.Count(o => o.Failure is not null || o.Latency > target) / (double)Math.Max(1, _outcomes.Count);

    public double P95Milliseconds(TimeSpan from, TimeSpan to) => P95(_outcomes.Where(o => o.Due >= from && o.Due < to)).TotalMilliseconds;

    private static TimeSpan P95(IEnumerable<LoadOutcome> outcomes)
    {
        var latencies = outcomes.Select(o => o.Failure is null ? o.Latency : TimeSpan.MaxValue).Order().ToList();
        return latencies.Count == 0 ? TimeSpan.Zero : latencies[(int)Math.Ceiling(0.95 * latencies.Count) - 1];
    }
}
