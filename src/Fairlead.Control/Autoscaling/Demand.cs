namespace Fairlead.Control.Autoscaling;

/// <summary>How many replicas one target asks for, and why.</summary>
/// <param name="Target">The manifest's key under <c>scale/targets</c>, a metric's selector, or <c>schedule</c>.</param>
/// <param name="Replicas">To keep the target now; null when a signal of it cannot be used.</param>
/// <param name="Calm">To keep it with the head-room below which no replica leaves.</param>
/// <param name="Formula">How the number comes from the inputs.</param>
public sealed record Demand(string Target, int? Replicas, int? Calm, string Formula, IReadOnlyList<DemandInput> Inputs)
{
    /// <summary>Signals that could not be used, each with what is wrong with it.</summary>
    public IReadOnlyList<string> Unusable { get; init; } = [];

    /// <summary>Whether it is a metric that the replicas export themselves.</summary>
    public bool Exported { get; init; }

    /// <summary>What no number of replicas will put right; null when there is nothing of the kind.</summary>
    public ScalingFinding? Finding { get; init; }
}

public readonly record struct DemandInput(string Name, double Value, string Unit);

/// <param name="Kind"><c>slow_model</c> or <c>latency_elsewhere</c>.</param>
/// <param name="Message">For a person, one sentence.</param>
public sealed record ScalingFinding(string Kind, string Message);
