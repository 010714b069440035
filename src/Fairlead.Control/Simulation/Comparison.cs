using Fairlead.Control.Autoscaling;

namespace Fairlead.Control.Simulation;

/// <summary>The product's policy beside the two that most people have, on one trace.</summary>
public static class Comparison
{
    /// <summary>Kubernetes' usual target for the processor, and Knative's share of what a replica works on at once.</summary>
    private const double Utilisation = 0.7;

    public static IReadOnlyList<SimulationOutcome> Of(SimulationInput input, ScalingRules rules, CancellationToken cancellationToken) =>
        [.. Scalers(input, rules).Select(s => SimulationRun.Of(input, s, cancellationToken))];

    private static IEnumerable<IScaler> Scalers(SimulationInput input, ScalingRules rules) =>
    [
        new FairleadScaler(rules, input.Schedule, input.Begin),
        new HpaScaler(Utilisation, input.Min, input.Max),
        new KpaScaler(Utilisation * input.Workers, input.Min, input.Max),
    ];
}
