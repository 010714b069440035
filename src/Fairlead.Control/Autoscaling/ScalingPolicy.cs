using Fairlead.Core.Manifests;

namespace Fairlead.Control.Autoscaling;

/// <summary>
/// Decides how many replicas should run. Pure: signals, history, rules and time come in, a decision comes out. Out at once to the largest
/// demand; in only to what was enough throughout the cool-down, with a tenth of head-room, and never while a signal is not known.
/// </summary>
public static class ScalingPolicy
{
    public static ScalingDecision Decide(ScalingRules rules, ScalingHistory history, ScalingSignals signals, TimeSpan now)
    {
        List<Demand> demands = [.. Demands(rules, history, signals, now), .. MetricDemand.All(rules, signals), .. ScheduleDemand.All(rules)];
        var current = signals.Wanted;
        var blind = demands.Any(d => d.Replicas is null || d.Unusable.Count > 0);
        var asked = demands.Max(d => d.Replicas) ?? current;
        var needed = Math.Max(demands.Max(d => d.Calm) ?? 0, asked);
        // What cannot be seen is taken to need all that there is, now and for the whole of the cool-down.
        if (blind) needed = Math.Max(needed, current);
        var (wanted, outcome) = Choose(rules, history, now, current, asked, needed);
        if (blind && outcome is ScalingOutcome.Steady or ScalingOutcome.CoolingDown) outcome = ScalingOutcome.Blind;
        return new ScalingDecision(now, current, wanted, needed, outcome, demands);
    }

    private static List<Demand> Demands(ScalingRules rules, ScalingHistory history, ScalingSignals signals, TimeSpan now)
    {
        var targets = rules.Targets;
        List<Demand> demands = [];
        var traffic = rules.Min == 0 ? TrafficDemand.Of(signals) : null;
        if (targets.LatencyP95 is not null) demands.Add(LatencyDemand.Of(rules, history, signals, now));
        if (targets.Cpu is { } cpu) demands.Add(PerReplicaDemand.Of("cpu", "cpu", signals.Cpu, cpu.Fraction * rules.Cores, "cores"));
        if (targets.Memory is { } memory) demands.Add(Memory(memory.Fraction, rules, signals));
        if (targets.RequestsPerSecond is { } rate) demands.Add(PerReplicaDemand.Of("requests_per_second", "rate", signals.Rate, (double)rate, "1/s"));
        if (targets.InFlight is { } inFlight) demands.Add(PerReplicaDemand.Of("in_flight", "in_flight", signals.InFlight, (double)inFlight, ""));
        if (traffic is null) return demands;

        // Memory that is loaded and a processor's background keep no replica that nobody asks.
        if (traffic.Replicas == 0) demands.RemoveAll(d => d.Replicas is not null);
        demands.Add(traffic);
        return demands;
    }

    private static Demand Memory(double share, ScalingRules rules, ScalingSignals signals) => rules.Memory is { } limit
        ? PerReplicaDemand.Of("memory", "memory", signals.Memory, share * limit, "bytes")
        : new Demand("memory", null, null, "", []) { Unusable = ["memory (resources/memory sets no limit to take a share of)"] };

    private static (int Wanted, ScalingOutcome Outcome) Choose(ScalingRules rules, ScalingHistory history, TimeSpan now, int current, int asked, int needed)
    {
        if (current > rules.Max) return (rules.Max, ScalingOutcome.In);
        if (asked > current || current < rules.Min) return Out(rules, history, now, current, Math.Max(asked, rules.Min));
        var calm = Math.Max(rules.Min, Math.Max(needed, history.NeededSince(now - Cooldown(rules))));
        if (calm < current) return (calm, ScalingOutcome.In);
        return (current, needed < current && current > rules.Min ? ScalingOutcome.CoolingDown : ScalingOutcome.Steady);
    }

    /// <summary>To let a replica go that takes long to come back is a dearer mistake.</summary>
    internal static TimeSpan Cooldown(ScalingRules rules) => rules.Cooldown > 2 * rules.Startup ? rules.Cooldown : 2 * rules.Startup;

    private static (int Wanted, ScalingOutcome Outcome) Out(ScalingRules rules, ScalingHistory history, TimeSpan now, int current, int asked)
    {
        var bounded = Math.Min(asked, rules.Max);
        var pace = rules.StepsPerMinute is { } steps ? Math.Max(0, steps - history.AddedInLastMinute(now)) : int.MaxValue;
        // The first is never waited for.
        if (current == 0) pace = Math.Max(1, pace);
        if (bounded - current > pace) return (current + pace, pace == 0 ? ScalingOutcome.Paced : ScalingOutcome.Out);
        if (bounded > current) return (bounded, ScalingOutcome.Out);
        return (current, ScalingOutcome.AtMax);
    }
}
