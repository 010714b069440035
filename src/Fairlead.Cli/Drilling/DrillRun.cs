using Fairlead.Cli.Load;

namespace Fairlead.Cli.Drilling;

/// <summary>Runs faults one after the other under a constant load, and waits after each until all is well again.</summary>
internal sealed class DrillRun(CommandContext context, DrillSubject subject, LoadRequest request, double rate)
{
    private static readonly TimeSpan RecoveryLimit = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(30);

    // Before the first fault and after each: what the load is like when nothing happens.
    private static readonly TimeSpan Calm = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private readonly LatencyRecord _latencies = new();
    private readonly List<LoadOutcome> _failures = [];
    private long _sent;

    public async Task<DrillReport> RunAsync(IReadOnlyList<string> faults, Action<DrillResult> told, CancellationToken cancellationToken)
    {
        using var over = new CancellationTokenSource();
        var loop = new OpenLoop(request, RequestTimeout, context.Time, Count);
        var began = context.Time.GetTimestamp();
        var load = loop.RunAsync(SendTimes.Constant(rate), over.Token);
        var results = new List<DrillResult>();
        try
        {
            await context.WaitAsync(Calm, cancellationToken);
            foreach (var fault in faults)
            {
                var result = await OneAsync(fault, began, cancellationToken);
                results.Add(result);
                told(result);
                if (result.Skipped is null) await context.WaitAsync(Calm, cancellationToken);
            }
        }
        finally
        {
            await over.CancelAsync();
            await load;
        }

        // Answers that came late belong to the fault in whose time they were due.
        return new DrillReport(subject.Name, subject.Engine, rate, _sent, _failures.Count, Milliseconds(0.5), Milliseconds(0.99), results);
    }

    private async Task<DrillResult> OneAsync(string fault, long began, CancellationToken cancellationToken)
    {
        var from = context.Time.GetElapsedTime(began);
        var made = await new DrillFaults(context, subject).MakeAsync(fault, cancellationToken);
        var recovered = await subject.UntilAsync(subject.IsWhole, RecoveryLimit, cancellationToken);
        if (made.Skipped is { } why) return DrillResult.Skip(fault, why);
        var to = context.Time.GetElapsedTime(began);
        await context.WaitAsync(Calm, cancellationToken);
        lock (_gate)
        {
            // A fault that was found late may have harmed what came after it too.
            var until = to + Calm;
            var failed = _failures.Where(f => f.Due >= from - RequestTimeout && f.Due <= until && f.Due + f.Latency >= from).ToList();
            return new DrillResult(fault, made.Detected?.TotalSeconds, recovered is null ? null : (to - from).TotalSeconds, (long)((until - from).TotalSeconds * rate), failed.Count, failed.Count == 0 ? null : failed[0].Failure!.Detail, null);
        }
    }

    private void Count(LoadOutcome outcome)
    {
        lock (_gate)
        {
            _sent++;
            _latencies.Add(outcome.Latency);
            if (outcome.Failure is not null) _failures.Add(outcome);
        }
    }

    private double Milliseconds(double share) => _latencies.Quantile(share).TotalMilliseconds;
}
