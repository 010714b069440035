using Fairlead.Core.Manifests;
using Fairlead.Telemetry.Prometheus;
using Fairlead.Telemetry.Series;

namespace Fairlead.Control.Autoscaling;

/// <summary>One metric of the manifest as one replica shows it.</summary>
internal sealed class MetricMeter(MetricTarget target, TimeSpan since)
{
    /// <summary>Long enough for counters that are written in bursts.</summary>
    private static readonly TimeSpan RateWindow = TimeSpan.FromSeconds(10);

    private readonly (string Label, string Value)[] _labels = [.. target.Labels.Select(l => (l.Key, l.Value))];
    private readonly CounterSeries _counted = new(RateWindow);
    private (TimeSpan At, double? Value, string? Trouble) _last = (since, null, null);

    public void Add(TimeSpan now, MetricScrape scrape)
    {
        var value = scrape.Total(target.Name, _labels);
        var seen = value is not null ? Seen.Sample : scrape.Total(target.Name + "_bucket", _labels) is not null ? Seen.Histogram : Seen.Nothing;
        if (target.AverageRate is not null && value is { } total && double.IsFinite(total) && total >= 0)
        {
            _counted.Add(now, total);
            value = _counted.Rate(RateWindow);
        }

        _last = (now, value, Trouble(value, seen));
    }

    /// <param name="trouble">Why the replica's page could not be read the last time; null when it could.</param>
    public MetricSignal Read(TimeSpan now, string replica, string? trouble) => new(replica, new Signal(_last.Value, now - _last.At), trouble ?? _last.Trouble);

    private string? Trouble(double? value, Seen seen) => (value, seen) switch
    {
        (null, Seen.Histogram) => $"a histogram, of which {target.Name}_count is a counter,",
        (null, Seen.Sample) => "read only once yet",
        (null, _) => "missing",
        _ => null,
    };

    private enum Seen
    {
        Nothing,
        Sample,
        Histogram,
    }
}
