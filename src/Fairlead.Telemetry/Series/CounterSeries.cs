namespace Fairlead.Telemetry.Series;

/// <summary>
/// The recent past of one counter. A value below the one before means that its process started again: what it shows is then all new,
/// as Prometheus' <c>increase</c> has it. What is no number is not taken.
/// </summary>
/// <param name="keep">How far back windows may reach.</param>
public sealed class CounterSeries(TimeSpan keep)
{
    private readonly Queue<(TimeSpan At, double Total)> _points = new();
    private double _seen;
    private double _total;

    /// <summary>When a value was last taken; null before the first.</summary>
    public TimeSpan? LastAt { get; private set; }

    public void Add(TimeSpan at, double value)
    {
        if (!double.IsFinite(value) || value < 0 || at <= LastAt) return;
        // The first value is where counting begins: how it came to be is not known.
        if (LastAt is not null) _total += value >= _seen ? value - _seen : value;
        (_seen, LastAt) = (value, at);
        _points.Enqueue((at, _total));
        while (_points.Count > 2 && _points.ElementAt(1).At <= at - keep) _points.Dequeue();
    }

    /// <summary>Growth per second between the last value and the newest that is at least a window older, or the oldest there is; null with fewer than two.</summary>
    public double? Rate(TimeSpan window)
    {
        if (Span(window) is not { } span) return null;
        return (_total - span.Total) / (LastAt!.Value - span.At).TotalSeconds;
    }

    /// <summary>Growth over the same span.</summary>
    public double? Increase(TimeSpan window) => _total - Span(window)?.Total;

    private (TimeSpan At, double Total)? Span(TimeSpan window)
    {
        (TimeSpan At, double Total)? from = null;
        foreach (var point in _points)
        {
            if (from is not null && point.At > LastAt - window) break;
            from = point;
        }

        return from is { } found && found.At < LastAt ? found : null;
    }
}
