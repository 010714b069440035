using Fairlead.Onnx;
using Fairlead.Telemetry.Drift;
using Fairlead.Telemetry.Metrics;

namespace Fairlead.ModelServer.Drift;

/// <summary>The columns of the inputs, or of the outputs, with their profiles and what came lately. Not thread-safe.</summary>
internal sealed class DriftSeries
{
    private readonly DriftColumn[] _columns;
    private readonly FeatureProfile[] _profiles;
    private readonly SlidingCounts _counts;
    private readonly MetricFamily<Gauge> _gauge;
    private RowSampler _sampler;

    public DriftSeries(IReadOnlyList<(DriftColumn Column, FeatureProfile Profile)> columns, int budget, SlidingWindow window, MetricFamily<Gauge> gauge, TimeProvider time)
    {
        (_columns, _profiles, _gauge) = ([.. columns.Select(c => c.Column)], [.. columns.Select(c => c.Profile)], gauge);
        _counts = new SlidingCounts([.. _profiles.Select(p => p.Bins.Count)], window, time);
        _sampler = new RowSampler(budget, Math.Max(1, _columns.Sum(c => c.Cost)));
    }

    public ReadOnlySpan<DriftColumn> Columns => _columns;

    /// <summary>Chooses the rows of the next request; none when nothing is measured.</summary>
    public (int Count, int First, int Step) Begin(long rows)
    {
        var taken = _columns.Length == 0 || rows <= 0 ? default : _sampler.Take(rows);
        if (taken.Count > 0) _counts.Begin(taken.Count);
        return taken;
    }

    public void Add(int column, ReadOnlySpan<byte> bytes, IReadOnlyList<byte[]> texts, (int Count, int First, int Step) rows)
    {
        var (of, bins) = (_columns[column], _profiles[column].Bins);
        for (var (i, row) = (0, rows.First); i < rows.Count; i++, row += rows.Step)
        {
            _counts.Add(column, bins is NumberBins numbers ? numbers.IndexOf(of.NumberAt(bytes, row)) : ((TextBins)bins).IndexOf(texts[(row * of.Width) + of.Element]));
        }
    }

    /// <summary>Sets the gauges; those without enough values are taken away.</summary>
    public void Publish()
    {
        for (var i = 0; i < _columns.Length; i++)
        {
            if (_profiles[i].Shift(_counts.Read(i)) is { } shift) _gauge.With(_columns[i].Name).Set(shift);
            else _gauge.Remove(_columns[i].Name);
        }
    }
}
