using Fairlead.Telemetry.Metrics;

namespace Fairlead.Control.Simulation;

/// <summary>What the gateway and the replicas of a simulation have counted, as their metrics would: only ever growing.</summary>
internal sealed class TrafficCount
{
    private double _arrivalTimes;
    private double _endTimes;

    public long Arrived { get; private set; }

    public long Finished { get; private set; }

    public double ServiceSeconds { get; private set; }

    public Histogram Latency { get; } = Fresh();

    public Histogram Service { get; } = Fresh();

    public long InFlight => Arrived - Finished;

    public void Came(double arrival)
    {
        Arrived++;
        _arrivalTimes += arrival;
    }

    public void Ended(double arrival, double end, double service)
    {
        Finished++;
        _endTimes += end;
        ServiceSeconds += service;
        Latency.Observe(end - arrival);
        Service.Observe(service);
    }

    /// <summary>The integral of the requests in flight over time: every request counts the seconds that it has been there.</summary>
    public double InFlightSeconds(double now) => (now * InFlight) - (_arrivalTimes - _endTimes);

    private static Histogram Fresh() => new MetricRegistry().Histogram("simulated", "Of one simulation.", Histogram.FineSeconds).With();
}
