using Fairlead.Telemetry.Prometheus;

namespace Fairlead.Control.Autoscaling;

/// <summary>What came of reading one replica's metrics.</summary>
/// <param name="Scrape">Null when it could not be read.</param>
/// <param name="Trouble">Why not, in a few words: "/metrics does not answer within 500ms".</param>
public sealed record MetricPage(MetricScrape? Scrape, string? Trouble)
{
    public static MetricPage Of(MetricScrape scrape) => new(scrape, null);

    public static MetricPage Unreadable(string why) => new(null, why);
}
