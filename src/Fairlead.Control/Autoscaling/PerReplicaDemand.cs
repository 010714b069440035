namespace Fairlead.Control.Autoscaling;

/// <summary>Targets that are a sum over the replicas shared out evenly: processor, memory, requests a second, requests in flight.</summary>
internal static class PerReplicaDemand
{
    public static Demand Of(string target, string name, Signal total, double perReplica, string unit)
    {
        const string formula = "total / per replica, rounded up";
        if (total.Flaw(SignalLimits.Load) is { } flaw) return new Demand(target, null, null, formula, []) { Unusable = [$"{name} ({flaw})"] };
        var exact = total.Value!.Value / perReplica;
        return new Demand(target, Whole(exact), Whole(exact * SignalLimits.HeadRoom), formula, [new DemandInput(name, total.Value.Value, unit), new DemandInput("per_replica", perReplica, unit)]);
    }

    // 3.0000000001 replicas are three.
    internal static int Whole(double replicas) => (int)Math.Min(int.MaxValue, Math.Ceiling(replicas - 1e-9));
}
