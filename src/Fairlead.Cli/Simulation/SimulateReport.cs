using Fairlead.Control.Simulation;

namespace Fairlead.Cli.Simulation;

/// <summary>What <c>simulate --output json</c> prints.</summary>
internal sealed record SimulateReport(string Trace, int Requests, int Seconds, double TargetP95Seconds, IReadOnlyList<SimulateItem> Results);

/// <param name="OverTarget">Share of the requests.</param>
/// <param name="ViolationSeconds">Seconds whose requests' p95 is above the target.</param>
internal sealed record SimulateItem(string Autoscaler, double OverTarget, int ViolationSeconds, double ReplicaSeconds, int MostReplicas, int Changes, int WorstQueue)
{
    public static SimulateItem Of(SimulationOutcome outcome) => new(
        outcome.Scaler, outcome.OverTarget, outcome.ViolationSeconds, Math.Round(outcome.ReplicaSeconds, 1), outcome.Replicas.Count == 0 ? 0 : outcome.Replicas.Max(), outcome.Changes, outcome.WorstQueue);
}
