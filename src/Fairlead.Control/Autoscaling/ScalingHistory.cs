namespace Fairlead.Control.Autoscaling;

/// <summary>What was decided and seen before. Of one deployment and one writer; the policy only reads it.</summary>
public sealed class ScalingHistory
{
    /// <summary>So long after a change its effect is in the measurements.</summary>
    internal static readonly TimeSpan Settled = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan TrendWindow = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly Queue<(TimeSpan At, int Needed)> _needs = new();
    private readonly Queue<(TimeSpan At, double Rate)> _rates = new();
    private readonly Queue<(TimeSpan At, int Count)> _added = new();
    private int? _left;

    /// <summary>When the wanted number last changed; far back when it never did.</summary>
    public TimeSpan LastChange { get; private set; } = -Settled;

    /// <summary>The most replicas that were needed within the cool-down, head-room included.</summary>
    internal int NeededSince(TimeSpan from)
    {
        var most = 0;
        foreach (var (at, needed) in _needs)
        {
            if (at >= from) most = Math.Max(most, needed);
        }

        return most;
    }

    internal int AddedInLastMinute(TimeSpan now) => _added.Where(a => a.At > now - Minute).Sum(a => a.Count);

    /// <summary>The rate carried on along the last half minute's straight line, upwards only; as it is when that line says little.</summary>
    internal double Forecast(TimeSpan now, double rate, TimeSpan ahead)
    {
        if (_rates.Count < 10) return rate;
        var (times, rates) = (_rates.Average(r => (r.At - now).TotalSeconds), _rates.Average(r => r.Rate));
        double together = 0, spread = 0, scatter = 0;
        foreach (var (at, seen) in _rates)
        {
            var (t, r) = ((at - now).TotalSeconds - times, seen - rates);
            together += t * r;
            spread += t * t;
            scatter += r * r;
        }

        // Half of what the rates vary by must be the line's, else it is noise.
        var explained = spread * scatter > 0 ? together * together / (spread * scatter) : 0;
        return explained < 0.5 ? rate : Math.Max(rate, rates + (together / spread * (ahead.TotalSeconds - times)));
    }

    /// <param name="rate">Null when it is not known.</param>
    /// <param name="applied">Whether the number was changed to what was decided.</param>
    public void Add(ScalingDecision decision, double? rate, TimeSpan cooldown, bool applied)
    {
        // By hand, by a deploy or by a request that waited.
        if (_left is { } before && before != decision.Current) LastChange = decision.At;
        _left = applied ? decision.Wanted : decision.Current;
        _needs.Enqueue((decision.At, decision.Needed));
        while (_needs.Peek().At < decision.At - cooldown) _needs.Dequeue();
        if (rate is { } seen && double.IsFinite(seen)) _rates.Enqueue((decision.At, seen));
        while (_rates.TryPeek(out var first) && first.At < decision.At - TrendWindow) _rates.Dequeue();
        while (_added.TryPeek(out var added) && added.At < decision.At - Minute) _added.Dequeue();
        if (!applied || decision.Wanted == decision.Current) return;
        LastChange = decision.At;
        if (decision.Wanted > decision.Current) _added.Enqueue((decision.At, decision.Wanted - decision.Current));
    }
}
