using Fairlead.Cli.Load;

namespace Fairlead.Cli.Drilling;

/// <summary>Runs faults one after the other under a constant load, and waits after each until all is well again.</summary>
internal sealed class DrillRun(IDrillSubject subject, Func<LoadTally, CancellationToken, Task> load, double rate, TimeProvider time)
{
    private static readonly TimeSpan RecoveryLimit = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(30);

    // Before the first fault and after each: what the load is like when nothing happens.
    private static readonly TimeSpan Calm = TimeSpan.FromSeconds(2);

    private readonly LoadTally _tally = new();
    private readonly DrillWatch _watch = new(subject, time);

    /// <summary>A constant load on a deployment's address, until it is stopped.</summary>
    public static Func<LoadTally, CancellationToken, Task> Load(LoadRequest request, double rate, TimeProvider time) => async (tally, stop) =>
    {
        using var target = new HttpTarget(request, RequestTimeout, time);
        await LoadRun.RunAsync(SendTimes.Constant(rate), target, tally, time, stop, CancellationToken.None);
    };

    public async Task<DrillReport> RunAsync(IReadOnlyList<string> faults, Action<DrillResult> told, CancellationToken cancellationToken)
    {
        using var over = new CancellationTokenSource();
        var began = time.GetTimestamp();
        var loading = load(_tally, over.Token);
        var seen = new List<Seen>();
        try
        {
            await Task.Delay(Calm, time, cancellationToken);
            foreach (var fault in faults)
            {
                seen.Add(await OneAsync(fault, began, cancellationToken));
                told(Counted(seen[^1]));
                if (seen[^1].Result.Skipped is null) await Task.Delay(Calm, time, cancellationToken);
            }
        }
        finally
        {
            await over.CancelAsync();
            await loading;
        }

        // Counted again: an answer that came late belongs to the fault in whose time it was due.
        return new DrillReport(subject.Name, subject.Engine, rate, _tally.Sent, (int)_tally.Failed, Milliseconds(0.5), Milliseconds(0.99), [.. seen.Select(Counted)]);
    }

    private async Task<Seen> OneAsync(string fault, long began, CancellationToken cancellationToken)
    {
        var from = time.GetElapsedTime(began);
        var made = await new DrillFaults(subject, time).MakeAsync(fault, cancellationToken);
        var recovered = await _watch.UntilAsync(_watch.IsWhole, RecoveryLimit, cancellationToken);
        var to = time.GetElapsedTime(began);
        if (made.Skipped is { } why) return new Seen(DrillResult.Skip(fault, why), from, to);
        await Task.Delay(Calm, time, cancellationToken);

        // A fault that was found late may have harmed what came after it too.
        var until = to + Calm;
        return new Seen(new DrillResult(fault, made.Detected?.TotalSeconds, recovered is null ? null : (to - from).TotalSeconds, (long)((until - from).TotalSeconds * rate), 0, null, null), from, until);
    }

    private DrillResult Counted(Seen seen)
    {
        if (seen.Result.Skipped is not null) return seen.Result;
        var failed = _tally.Failures.Where(f => f.Due <= seen.Until && f.Due + f.Latency >= seen.From).ToList();
        return seen.Result with { Failed = failed.Count, FirstFailure = failed.Count == 0 ? null : failed[0].Failure!.Detail };
    }

    private double Milliseconds(double share) => _tally.Latencies.Quantile(share).TotalMilliseconds;

    private sealed record Seen(DrillResult Result, TimeSpan From, TimeSpan Until);
}
