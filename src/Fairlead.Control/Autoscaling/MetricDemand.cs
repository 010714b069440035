using Fairlead.Core.Manifests;

namespace Fairlead.Control.Autoscaling;

/// <summary>Answers a metric that the replicas export themselves: its sum over them, shared out evenly, as HPA's <c>averageValue</c> of a pods metric.</summary>
internal static class MetricDemand
{
    public static IEnumerable<Demand> All(ScalingRules rules, ScalingSignals signals) =>
        rules.Targets.Metrics.Select((target, place) => Of(target, place < signals.Metrics.Count ? signals.Metrics[place] : [], signals.Wanted));

    private static Demand Of(MetricTarget target, IReadOnlyList<MetricSignal> replicas, int wanted)
    {
        if (wanted == 0) return new Demand(target.Selector, 0, 0, "no replica runs that could export it", []);
        var (name, perReplica) = target.AverageRate is { } rate ? ("average_rate", rate) : ("average_value", target.AverageValue ?? 0);
        var formula = $"sum of the replicas' / {name}, rounded up";
        if (replicas.Count == 0) return Blind(target, formula, "no replica is ready");
        var read = replicas.Where(r => r.Flaw is null).ToList();
        var total = read.Sum(r => r.Signal.Value!.Value);
        if (read.Count == 0 || !double.IsFinite(total)) return Blind(target, formula, Flaws(replicas) ?? "not a number");
        var exact = total / (double)perReplica;
        // The sum over some is the least that there is: enough to scale out on, and never in.
        return new Demand(target.Selector, PerReplicaDemand.Whole(exact), PerReplicaDemand.Whole(exact * SignalLimits.HeadRoom), formula, [new("sum", total, ""), new("replicas_read", read.Count, ""), new(name, (double)perReplica, "")])
        {
            Exported = true,
            Unusable = Flaws(replicas) is { } flaws ? [$"{target.Selector} ({flaws})"] : [],
        };
    }

    private static Demand Blind(MetricTarget target, string formula, string why) => new(target.Selector, null, null, formula, []) { Exported = true, Unusable = [$"{target.Selector} ({why})"] };

    // One line however many replicas it is.
    private static string? Flaws(IReadOnlyList<MetricSignal> replicas)
    {
        var flawed = replicas.Where(r => r.Flaw is not null).ToList();
        if (flawed.Count == 0) return null;
        var more = flawed.Count == 1 ? "" : $" and {flawed.Count - 1} more";
        return $"{flawed[0].Flaw} at {flawed[0].Replica}{more}";
    }
}
