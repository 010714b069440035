using System.Text.Json.Serialization;
using Fairlead.Control.Simulation;

namespace Fairlead.Bench.Autoscale;

internal sealed record Results(IReadOnlyList<WorkloadResult> Workloads, double DecisionRoundMilliseconds);

internal sealed record WorkloadResult(string Workload, int Requests, IReadOnlyList<Point> Defaults, IReadOnlyList<Point> Curves)
{
    public Point Of(string scaler) => Defaults.First(d => d.Scaler == scaler);

    /// <summary>Whether no point of another autoscaler has less of both.</summary>
    public bool OnFront(Point point) => !Curves.Any(c => c.Scaler != point.Scaler && c.ViolationSeconds <= point.ViolationSeconds && c.ReplicaSeconds <= point.ReplicaSeconds);
}

internal sealed record Point(string Scaler, string Knob, int ViolationSeconds, double ReplicaSeconds, double OverTarget, int Changes, int WorstQueue)
{
    public static Point Of(string knob, SimulationOutcome outcome) =>
        new(outcome.Scaler, knob, outcome.ViolationSeconds, Math.Round(outcome.ReplicaSeconds), Math.Round(outcome.OverTarget, 5), outcome.Changes, outcome.WorstQueue);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(Results))]
internal sealed partial class ResultsJson : JsonSerializerContext;
