using Fairlead.Cli.Load;

namespace Fairlead.Cli.Drilling;

/// <summary>Runs faults one after the other under a constant load, and waits after each until all is well again.</summary>
internal sealed class DrillRun(CommandContext context, DrillSubject subject, LoadRequest request, double rate)
{
    private static readonly TimeSpan RecoveryLimit = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(30);

    // Before the first fault and after each: what the load is like when nothing happens.
    private static readonly TimeSpan Calm = TimeSpan.FromSeconds(2);

    private readonly LoadTally _tally = new();

    public async Task<DrillReport> RunAsync(IReadOnlyList<string> faults, Action<DrillResult> told, CancellationToken cancellationToken)
    {
        using var over = new CancellationTokenSource();
        using var target = new HttpTarget(request, RequestTimeout, context.Time);
        var began = context.Time.GetTimestamp();
        var load = LoadRun.RunAsync(SendTimes.Constant(rate), target, _tally, context.Time, over.Token, CancellationToken.None);
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
        return new DrillReport(subject.Name, subject.Engine, rate, _tally.Sent, (int)_tally.Failed, Milliseconds(0.5), Milliseconds(0.99), results);
    }

    private async Task<DrillResult> OneAsync(string fault, long began, CancellationToken cancellationToken)
    {
        var from = context.Time.GetElapsedTime(began);
        var made = await new DrillFaults(context, subject).MakeAsync(fault, cancellationToken);
        var recovered = await subject.UntilAsync(subject.IsWhole, RecoveryLimit, cancellationToken);
        if (made.Skipped is { } why) return DrillResult.Skip(fault, why);
        var to = context.Time.GetElapsedTime(began);
        await context.WaitAsync(Calm, cancellationToken);
        // A fault that was found late may have harmed what came after it too.
        var until = to + Calm;
        var failed = _tally.Failures.Where(f => f.Due >= from - RequestTimeout && f.Due <= until && f.Due + f.Latency >= from).ToList();
        return new DrillResult(fault, made.Detected?.TotalSeconds, recovered is null ? null : (to - from).TotalSeconds, (long)((until - from).TotalSeconds * rate), failed.Count, failed.Count == 0 ? null : failed[0].Failure!.Detail, null);
    }

    private double Milliseconds(double share) => _tally.Latencies.Quantile(share).TotalMilliseconds;
}
