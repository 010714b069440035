using Fairlead.Core.Manifests;
using Fairlead.Telemetry.Metrics;
using Fairlead.Telemetry.Prometheus;
using Fairlead.Telemetry.Series;

namespace Fairlead.Control.Autoscaling;

/// <summary>What the metrics of one replica have said.</summary>
internal sealed class ReplicaMeter(TimeSpan since)
{
    private const string Inference = "fairlead_inference_duration_seconds";

    private readonly HistogramSeries _service = new(SignalWindows.ServiceTime);
    private readonly Dictionary<(string Selector, bool Rate), MetricMeter> _metrics = [];
    private string? _trouble;

    /// <summary>When it was last read, or when it was first expected to be.</summary>
    public TimeSpan LastAt => _service.LastAt ?? since;

    /// <summary>Over the last minute; null when there was none.</summary>
    public HistogramSnapshot? Service => _service.Window() is { Count: > 0 } window ? window : null;

    /// <param name="metrics">Those that are asked for now; others are forgotten.</param>
    public void Add(TimeSpan now, MetricPage page, IReadOnlyList<MetricTarget> metrics)
    {
        _trouble = page.Trouble;
        foreach (var gone in _metrics.Keys.Except(metrics.Select(Key)).ToList()) _metrics.Remove(gone);
        foreach (var target in metrics) _metrics.TryAdd(Key(target), new MetricMeter(target, since));
        if (page.Scrape is not { } scrape) return;
        if (scrape.Histogram(Inference) is { } service) _service.Add(now, service);
        foreach (var metric in _metrics.Values) metric.Add(now, scrape);
    }

    public MetricSignal Read(TimeSpan now, string replica, MetricTarget target) =>
        _metrics.TryGetValue(Key(target), out var metric) ? metric.Read(now, replica, _trouble) : new MetricSignal(replica, Signal.Missing);

    private static (string Selector, bool Rate) Key(MetricTarget target) => (target.Selector, target.AverageRate is not null);
}
