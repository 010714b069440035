using Fairlead.Telemetry.Metrics;

namespace Fairlead.Control.Autoscaling;

/// <summary>
/// How long a worker is busy with a request, told from the answers' times at the gateway: for replicas that export no such time. An
/// answer's time has the wait for a worker in it, and hardly any while few are in flight; by Little's law their number is the answers'
/// times over the time that passed. So the windows of the last ten minutes in which at most every second worker had one count. Where
/// there is none, the utilisation law says the most it can be: all workers' time over the answers.
/// </summary>
internal sealed class AnswerTimes
{
    private const int LeastAnswers = 10;

    /// <summary>In flight for each worker. At exponential times a single worker's answers take up to half as long again as its work.</summary>
    private const double Calm = 0.5;

    private static readonly TimeSpan Length = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(10);

    private readonly Queue<(TimeSpan At, Window Window)> _closed = new();
    private Window? _open;
    private HistogramSnapshot? _begin;
    private (TimeSpan Begin, TimeSpan Last) _at;
    private double _replicaSeconds;
    private int _readyBefore;

    /// <param name="total">Of all answers ever, as the gateway has it.</param>
    public void Add(TimeSpan now, HistogramSnapshot total, double inFlight, int ready)
    {
        // One that leaves still works, and one that has come may do so already: what worked may only be taken for too much.
        _replicaSeconds += (now - _at.Last).TotalSeconds * Math.Max(ready, _readyBefore);
        (_at.Last, _readyBefore) = (now, ready);
        var answers = _begin is { } begin && begin.Bounds.AsSpan().SequenceEqual(total.Bounds) ? total.Minus(begin) : null;
        while (_closed.TryPeek(out var oldest) && oldest.At < now - Kept) _closed.Dequeue();
        // Idle time belongs to no window: it would pass for calm.
        if (answers is null || (answers.Count == 0 && inFlight == 0))
        {
            Begin(now, total);
            return;
        }

        _open = new Window(answers, _replicaSeconds);
        if (now - _at.Begin < Length || answers.Count < LeastAnswers) return;
        _closed.Enqueue((now, _open));
        Begin(now, total);
    }

    /// <summary>Another revision's requests may take longer.</summary>
    public void Forget()
    {
        _closed.Clear();
        (_open, _begin) = (null, null);
    }

    /// <param name="workers">Requests that a replica works on at once.</param>
    /// <returns>Seconds; null before the first answer.</returns>
    public (double Mean, double P95)? Service(int workers)
    {
        var windows = _closed.Select(c => c.Window).Concat(_closed.Count == 0 && _open is not null ? [_open] : []).Where(w => w.Answers.Count > 0 && w.ReplicaSeconds > 0).ToList();
        if (windows.Count == 0) return null;
        if (windows.Where(w => w.InFlight <= Calm * workers).Select(w => w.Answers).ToList() is { Count: > 0 } calm)
        {
            var all = calm.Aggregate((a, b) => a.Plus(b));
            return (all.Mean!.Value, all.Quantile(0.95)!.Value);
        }

        // Of a queue's times the p95 says nothing, so that the mean stands for it.
        var least = windows.Min(w => Math.Min(w.Answers.Mean!.Value, workers * w.ReplicaSeconds / w.Answers.Count));
        return (least, least);
    }

    private void Begin(TimeSpan now, HistogramSnapshot total) => (_begin, _at.Begin, _replicaSeconds, _open) = (total, now, 0, null);

    private sealed record Window(HistogramSnapshot Answers, double ReplicaSeconds)
    {
        /// <summary>For each replica, on average over the window.</summary>
        public double InFlight => Answers.Sum / ReplicaSeconds;
    }
}
