using Fairlead.Cli.Load;
using Fairlead.Cli.Output;

namespace Fairlead.Cli.Bench;

/// <summary>Measures one target: first one request at a time, then the load that was asked for, or rate after rate.</summary>
internal sealed class BenchSession(ILoadTarget target, Terminal terminal, TimeProvider time)
{
    private const int WarmUps = 20;
    private const int MostSerial = 2000;
    private const double FirstShare = 0.25;
    private static readonly TimeSpan Serial = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Redraw = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(1);

    /// <summary>Latencies of requests that each wait for the one before; null and the outcome when one fails.</summary>
    public async Task<(LatencyRecord? Latencies, string Outcome)> MeasureServiceAsync(CancellationToken cancellationToken)
    {
        var latencies = new LatencyRecord();
        var since = time.GetTimestamp();
        for (var n = -WarmUps; n < MostSerial && (time.GetElapsedTime(since) < Serial || n <= 0); n++)
        {
            var sent = time.GetTimestamp();
            if (await target.SendAsync(cancellationToken) is { } failure) return (null, failure.Name);
            if (n >= 0) latencies.Add(time.GetElapsedTime(sent));
        }

        return (latencies, "");
    }

    public async Task<BenchRun> RunAsync(double? rate, IEnumerable<TimeSpan> times, TimeSpan? targetP95, CancellationToken cancellationToken)
    {
        var tally = new LoadTally();
        var run = LoadRun.RunAsync(times, target, tally, time, cancellationToken, cancellationToken);
        await ShowAsync(tally, run);
        return BenchRun.Of(rate, tally, targetP95);
    }

    /// <summary>Rate after rate until the highest is found that keeps the target.</summary>
    /// <param name="serviceSeconds">What one answer takes: the first rate is a quarter of what one worker could do.</param>
    public async Task<(double Highest, IReadOnlyList<BenchRun> Runs)> SearchAsync(BenchPlan plan, TimeSpan targetP95, double serviceSeconds, CancellationToken cancellationToken)
    {
        var search = new RateSearch(Math.Max(1, FirstShare / serviceSeconds));
        var runs = new List<BenchRun>();
        while (search.Next is { } rate)
        {
            var run = await RunAsync(rate, SendTimes.For(plan.Shape(rate), plan.Length), targetP95, cancellationToken);
            terminal.Note(terminal.Paint.Faint(BenchView.Progress(run)));
            search.Tell(rate, run.Kept!.Value);
            runs.Add(run);
            // What a run that was too much has left in queues is not the next one's.
            if (run.Kept == false) await Task.Delay(Settle, time, cancellationToken);
        }

        return (search.Kept, runs);
    }

    private async Task ShowAsync(LoadTally tally, Task run)
    {
        if (terminal.IsLive)
        {
            using var screen = new LiveScreen(terminal);
            while (!run.IsCompleted)
            {
                screen.Draw([Table.Fit($"{Measures.Count(tally.Sent)} sent, {Measures.Count(tally.InFlight)} unanswered, {Measures.Count(tally.Failed)} failed, p95 {Measures.Latency(tally.Latencies.Quantile(0.95).TotalSeconds)}", terminal.Width)]);
                await Task.WhenAny(run, Task.Delay(Redraw, time, CancellationToken.None));
            }

            screen.Clear();
        }

        await run;
    }
}
