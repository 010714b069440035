using Fairlead.Telemetry.Metrics;

namespace Fairlead.Telemetry.Series;

/// <summary>
/// The recent past of one histogram, for what was observed within a window. Counts that shrink mean that its process started again, and
/// all it shows is new then. Points nearer to each other than a tenth of the window are merged, so that memory is bounded.
/// </summary>
public sealed class HistogramSeries(TimeSpan window)
{
    private const int PointsPerWindow = 10;

    private readonly List<(TimeSpan At, HistogramSnapshot Total)> _points = [];
    private HistogramSnapshot? _seen;

    /// <summary>When it was last read; null before the first.</summary>
    public TimeSpan? LastAt { get; private set; }

    public void Add(TimeSpan at, HistogramSnapshot snapshot)
    {
        if (at <= LastAt) return;
        LastAt = at;
        var grown = snapshot.Minus(_seen);
        _seen = snapshot;
        if (_points.Count == 0 || !_points[^1].Total.Bounds.AsSpan().SequenceEqual(grown.Bounds))
        {
            // As with a counter, the first is where counting begins.
            _points.Clear();
            _points.Add((at, new HistogramSnapshot(grown.Bounds, new long[grown.Counts.Length], 0)));
            return;
        }

        var total = grown.Count == 0 ? _points[^1].Total : _points[^1].Total.Plus(grown);
        if (_points.Count > 1 && at - _points[^2].At < window / PointsPerWindow) _points[^1] = (at, total);
        else _points.Add((at, total));
        while (_points.Count > 2 && _points[1].At <= at - window) _points.RemoveAt(0);
    }

    /// <summary>What was observed within the window up to the last reading; null with fewer than two readings.</summary>
    public HistogramSnapshot? Window() => _points.Count < 2 ? null : _points[^1].Total.Minus(_points[0].Total);
}
