namespace Fairlead.Control.Autoscaling;

/// <summary>With <c>scale/min: 0</c>: one replica while requests come or wait, none when that is known to be over.</summary>
internal static class TrafficDemand
{
    public const string Target = "min";

    public static Demand Of(ScalingSignals signals)
    {
        List<string> unusable = [];
        if (signals.Rate.Flaw(SignalLimits.Load) is { } rate) unusable.Add($"rate ({rate})");
        if (signals.InFlight.Flaw(SignalLimits.Load) is { } inFlight) unusable.Add($"in_flight ({inFlight})");
        if (unusable.Count > 0) return new Demand(Target, null, null, "", []) { Unusable = unusable };
        if (signals.Rate.Value > 0 || signals.InFlight.Value > 0)
        {
            return new Demand(Target, 1, 1, "requests come in", [new("rate", signals.Rate.Value!.Value, "1/s"), new("in_flight", signals.InFlight.Value!.Value, "")]);
        }

        // Taken away before it has been ready, it would have proved nothing.
        return signals is { Wanted: > 0, Ready: 0 }
            ? new Demand(Target, 1, 1, "the first replica is not ready yet", [])
            : new Demand(Target, 0, 0, "no request comes in and none waits", []);
    }
}
