using Fairlead.Telemetry.Metrics;
using Fairlead.Telemetry.Prometheus;
using Fairlead.Telemetry.Series;

namespace Fairlead.Control.Autoscaling;

/// <summary>What the metrics of one replica have said.</summary>
internal sealed class ReplicaMeter(TimeSpan since)
{
    private const string Inference = "fairlead_inference_duration_seconds";

    private readonly HistogramSeries _service = new(SignalWindows.ServiceTime);

    /// <summary>When it was last read, or when it was first expected to be.</summary>
    public TimeSpan LastAt => _service.LastAt ?? since;

    /// <summary>Over the last minute; null when there was none.</summary>
    public HistogramSnapshot? Service => _service.Window() is { Count: > 0 } window ? window : null;

    public void Add(TimeSpan now, MetricScrape scrape)
    {
        if (scrape.Histogram(Inference) is { } service) _service.Add(now, service);
    }
}
