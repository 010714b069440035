using Fairlead.Control.Why;
using Fairlead.Core.Results;

namespace Fairlead.Control.Autoscaling;

/// <summary>What <c>why</c> says of the last decision. Pure.</summary>
public static class ScalingFindings
{
    /// <param name="decision">Null when nothing was decided.</param>
    public static IEnumerable<Finding> Of(ScalingDecision? decision)
    {
        if (decision is null) yield break;
        if (decision.Finding is { } finding) yield return Found(finding.Kind == "slow_model" ? Slow(finding.Message) : Elsewhere(finding.Message), decision);
        if (Unusable(decision, exported: false) is { Count: > 0 } signals) yield return Found(Blind(signals), decision);
        if (Unusable(decision, exported: true) is { Count: > 0 } metrics) yield return Found(NoMetric(metrics), decision);
        if (decision.Outcome == ScalingOutcome.AtMax) yield return Found(AtMax(decision.Current, decision.Leading?.Replicas), decision);
    }

    private static IReadOnlyList<string> Unusable(ScalingDecision decision, bool exported) =>
        [.. decision.Demands.Where(d => d.Exported == exported).SelectMany(d => d.Unusable).Distinct()];

    private static Finding Found(Problem problem, ScalingDecision decision) => new(problem.Code, problem.Message, [ScalingText.Of(decision)], problem.Hint);

    private static Problem Slow(string message) =>
        new("FL5264", message, "Make the model faster, give it more of the processor (resources.cpu), or raise scale/targets/latency_p95. It gets as many replicas as keep its queue from growing.");

    private static Problem Elsewhere(string message) =>
        new("FL5265", message, "Look for the time elsewhere: large bodies, a slow disk or network, a processor that others use.");

    private static Problem Blind(IReadOnlyList<string> unusable) =>
        new("FL5266", $"The autoscaler does not know {string.Join(", ", unusable)}, so it takes no replica away.", "Look whether the replicas' metrics and the gateway answer; it goes on by itself when they do.");

    private static Problem NoMetric(IReadOnlyList<string> metrics) =>
        new("FL5280", $"The replicas do not tell {string.Join(", ", metrics)}, so it takes no replica away.", "See that each replica's metrics page has it, with these labels and from the start; of an image or command the page is serve/metrics, default /metrics.");

    private static Problem AtMax(int max, int? needed) =>
        new("FL5267", $"It runs at scale/max, {max}, and its load asks for {needed} replicas.", "Raise scale/max, or make the model faster.");
}
