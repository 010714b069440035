using System.Globalization;
using Fairlead.Control;
using Fairlead.Control.Rollouts;
using Fairlead.Daemon.Gateways;
using Fairlead.Telemetry.Metrics;
using Fairlead.Telemetry.Prometheus;

namespace Fairlead.Daemon.Traffic;

/// <param name="RequestsPerSecond">Null when no gateway answers.</param>
/// <param name="LatencyP50Seconds">Null without requests.</param>
/// <param name="LatencyP95Seconds">Null without requests.</param>
internal sealed record TrafficRate(double? RequestsPerSecond, double? LatencyP50Seconds, double? LatencyP95Seconds);

/// <summary>Rates and latencies over the last 10 s, from what the gateway's metrics grew by.</summary>
internal sealed class TrafficMeter(Func<CancellationToken, Task<MetricScrape?>> scrape, Clock clock)
{
    private const string Requests = "fairlead_gateway_requests_total";
    private const string Durations = "fairlead_gateway_request_duration_seconds";

    private const string RevisionDurations = "fairlead_gateway_revision_duration_seconds";
    private const string ClientGone = "499";

    private static readonly TimeSpan Window = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Stale = TimeSpan.FromSeconds(6);

    private readonly Queue<(TimeSpan At, MetricScrape Scrape)> _scrapes = new();
    private readonly Lock _gate = new();

    public async Task RunAsync(CancellationToken stopping)
    {
        var pause = new WakeSignal();
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await ScrapeAsync(stopping);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }

            await pause.WaitAsync(Every, clock.Time, stopping);
        }
    }

    public TrafficRate Of(string deployment)
    {
        lock (_gate)
        {
            if (_scrapes.Count == 0 || clock.Now - _scrapes.Last().At > Stale) return new TrafficRate(null, null, null);
            var (from, to) = (_scrapes.Peek(), _scrapes.Last());
            var span = (to.At - from.At).TotalSeconds;
            if (span <= 0) return new TrafficRate(0, null, null);
            var where = ("deployment", deployment);
            var now = to.Scrape.Sum(Requests, where) ?? 0;
            var before = from.Scrape.Sum(Requests, where) ?? 0;
            // A gateway that was started again counts from 0.
            var grown = now >= before ? now - before : now;
            var durations = to.Scrape.Histogram(Durations, where)?.Minus(from.Scrape.Histogram(Durations, where));
            return new TrafficRate(grown / span, Quantile(durations, 0.5), Quantile(durations, 0.95));
        }
    }

    /// <summary>Counted since the gateway started; null while it is not known.</summary>
    public RevisionTraffic? Of(string deployment, int revision)
    {
        lock (_gate)
        {
            if (_scrapes.Count == 0 || clock.Now - _scrapes.Last().At > Stale) return null;
            var scrape = _scrapes.Last().Scrape;
            (string Label, string Value)[] where = [("deployment", deployment), ("revision", revision.ToString(CultureInfo.InvariantCulture))];
            var answered = scrape.Samples.Where(s => s.Name == Requests && Array.TrueForAll(where, w => s.Label(w.Label) == w.Value) && s.Label("code") != ClientGone).ToList();
            var failed = answered.Where(s => s.Label("code")?.StartsWith('5') == true).Sum(s => s.Value);
            return new RevisionTraffic((long)answered.Sum(s => s.Value), (long)failed, scrape.Histogram(RevisionDurations, where));
        }
    }

    internal async Task ScrapeAsync(CancellationToken cancellationToken)
    {
        if (await scrape(cancellationToken) is not { } read) return;
        lock (_gate)
        {
            _scrapes.Enqueue((clock.Now, read));
            while (_scrapes.Count > 2 && clock.Now - _scrapes.Peek().At > Window + Every) _scrapes.Dequeue();
        }
    }

    private static double? Quantile(HistogramSnapshot? durations, double quantile) => durations is { Count: > 0 } ? durations.Quantile(quantile) : null;
}
