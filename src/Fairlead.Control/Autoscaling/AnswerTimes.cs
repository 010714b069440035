using Fairlead.Telemetry.Metrics;

namespace Fairlead.Control.Autoscaling;

/// <summary>
/// How long a worker is busy with a request, told from the answers' times at the gateway: for replicas that export no such time. The wait
/// for a worker is in an answer's time, and least when least is to do. So the quarter of the last ten minutes' windows with the fewest
/// answers per replica counts. They are chosen by load and not by their times, which would choose what is short by chance. And by the
/// utilisation law (busy workers are throughput times service time) no worker is busy for longer than all workers' time over the answers.
/// </summary>
internal sealed class AnswerTimes
{
    private const int LeastAnswers = 10;
    private const double LeastLoaded = 0.25;

    private static readonly TimeSpan Window = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(10);

    private readonly Queue<Span> _closed = new();
    private Span? _open;
    private HistogramSnapshot? _begin;
    private TimeSpan _beganAt;

    public void Add(TimeSpan now, HistogramSnapshot total, int ready)
    {
        if (_begin is null || !_begin.Bounds.AsSpan().SequenceEqual(total.Bounds))
        {
            Begin(now, total);
            return;
        }

        // The most that were ready: what worked may only be taken for too much.
        _open = new Span(now, total.Minus(_begin), (now - _beganAt).TotalSeconds, Math.Max(ready, _open?.Replicas ?? 0));
        while (_closed.TryPeek(out var oldest) && oldest.At < now - Kept) _closed.Dequeue();
        if (now - _beganAt < Window || _open.Answers.Count < LeastAnswers) return;
        _closed.Enqueue(_open);
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
        var windows = _closed.Count > 0 ? [.. _closed] : _open is { Answers.Count: > 0 } first ? new List<Span> { first } : [];
        if (windows.Count == 0) return null;
        var calm = windows.OrderBy(w => w.Load).Take((int)Math.Ceiling(windows.Count * LeastLoaded)).ToList();
        var answers = calm.Select(w => w.Answers).Aggregate((a, b) => a.Plus(b));
        var most = calm.Sum(w => w.Seconds * w.Replicas) * workers / answers.Count;
        var mean = answers.Mean!.Value;
        return mean > most ? (most, most) : (mean, answers.Quantile(0.95) ?? mean);
    }

    private void Begin(TimeSpan now, HistogramSnapshot total) => (_begin, _beganAt, _open) = (total, now, null);

    private sealed record Span(TimeSpan At, HistogramSnapshot Answers, double Seconds, int Replicas)
    {
        public double Load => Answers.Count / (Seconds * Math.Max(1, Replicas));
    }
}
