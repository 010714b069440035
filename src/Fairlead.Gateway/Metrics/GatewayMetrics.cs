using Fairlead.Telemetry;
using Fairlead.Telemetry.Metrics;

namespace Fairlead.Gateway.Metrics;

/// <summary>The gateway's metric families; the label <c>deployment</c> is empty for requests that named none we know.</summary>
internal sealed class GatewayMetrics
{
    public GatewayMetrics()
    {
        Requests = Registry.Counter("fairlead_gateway_requests_total", "Requests answered, by what the client got; 499 is a client that went away.", "deployment", "revision", "code");
        Durations = Registry.Histogram("fairlead_gateway_request_duration_seconds", "From a request's headers to the end of its answer.", Histogram.Seconds, "deployment");
        RevisionDurations = Registry.Histogram("fairlead_gateway_revision_duration_seconds", "The same for each revision that is routed to; for comparing a canary with what it would replace.", Histogram.Seconds, "deployment", "revision");
        Retries = Registry.Counter("fairlead_gateway_retries_total", "Attempts after a request's first.", "deployment");
        Ejections = Registry.Counter("fairlead_gateway_ejections_total", "Times a replica was taken out of the balancing.", "deployment");
        InFlight = Registry.Gauge("fairlead_gateway_in_flight", "Requests that are not answered yet.", "deployment");
        Held = Registry.Gauge("fairlead_gateway_held", "Requests that wait for a first replica; they are in flight too.", "deployment");
        NotRouted = Requests.With("", "", "404");
        ProcessMetrics.Register(Registry);
    }

    public MetricRegistry Registry { get; } = new();

    public MetricFamily<Counter> Requests { get; }

    public MetricFamily<Histogram> Durations { get; }

    public MetricFamily<Histogram> RevisionDurations { get; }

    public MetricFamily<Counter> Retries { get; }

    public MetricFamily<Counter> Ejections { get; }

    public MetricFamily<Gauge> InFlight { get; }

    public MetricFamily<Gauge> Held { get; }

    public Counter NotRouted { get; }
}
