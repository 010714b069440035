namespace Fairlead.Control.Simulation;

/// <summary>
/// Knative's pod autoscaler on concurrency with its defaults: a look every 2 s, a stable window of 60 s, a panic window of 6 s, panic
/// at 200 %, at most halved and at most a thousandfold in one look.
/// </summary>
/// <param name="concurrency">Requests in flight per replica to aim at.</param>
internal sealed class KpaScaler(double concurrency, int min, int max) : IScaler
{
    private const double StableWindow = 60;
    private const double PanicWindow = 6;
    private const double PanicThreshold = 2;
    private const double MostUp = 1000;
    private const double MostDown = 2;

    private readonly Queue<(double At, double InFlightSeconds)> _readings = new([(0, 0)]);
    private double? _panicSince;
    private int _panicReplicas;

    public string Name => "kpa";

    public double Every => 2;

    public int Least => min;

    public int? Decide(FleetReading reading)
    {
        _readings.Enqueue((reading.At, reading.Count.InFlightSeconds(reading.At)));
        while (_readings.Peek().At < reading.At - StableWindow) _readings.Dequeue();
        var ready = Math.Max(1, reading.Ready.Count);
        var panic = Math.Ceiling(Average(reading, PanicWindow) / concurrency);
        var wantedInPanic = Bounded(panic, ready);
        var wanted = Bounded(Math.Ceiling(Average(reading, StableWindow) / concurrency), ready);
        if (panic / ready >= PanicThreshold) _panicSince = reading.At;
        else if (_panicSince + StableWindow < reading.At) (_panicSince, _panicReplicas) = (null, 0);
        if (_panicSince is not null) wanted = _panicReplicas = Math.Max(_panicReplicas, Math.Max(wanted, wantedInPanic));
        return Math.Clamp(wanted, min, max);
    }

    private static int Bounded(double replicas, int ready) => (int)Math.Clamp(replicas, Math.Floor(ready / MostDown), Math.Ceiling(ready * MostUp));

    private double Average(FleetReading reading, double window)
    {
        var from = _readings.First(r => r.At >= reading.At - window);
        return reading.At > from.At ? (reading.Count.InFlightSeconds(reading.At) - from.InFlightSeconds) / (reading.At - from.At) : 0;
    }
}
