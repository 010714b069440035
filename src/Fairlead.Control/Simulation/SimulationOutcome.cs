namespace Fairlead.Control.Simulation;

/// <summary>What became of a trace under one autoscaler.</summary>
/// <param name="OverTarget">Share of the requests that took longer than the target.</param>
/// <param name="ViolationSeconds">Seconds of the trace in which the p95 of the requests that came in them is above the target; one without requests is never.</param>
/// <param name="ReplicaSeconds">From each replica's start to its end, the start-up and the drain included.</param>
/// <param name="Changes">How often the wanted number changed.</param>
/// <param name="WorstQueue">The most requests that waited at once, looked at ten times a second.</param>
/// <param name="Load">Requests that came, for each second.</param>
/// <param name="Replicas">Ready replicas at the end of each second.</param>
/// <param name="P95">Seconds, of the requests that came in each second; NaN where none did.</param>
public sealed record SimulationOutcome(
    string Scaler,
    double OverTarget,
    int ViolationSeconds,
    double ReplicaSeconds,
    int Changes,
    int WorstQueue,
    IReadOnlyList<int> Load,
    IReadOnlyList<int> Replicas,
    IReadOnlyList<double> P95)
{
    internal static SimulationOutcome Of(string scaler, SimulationInput input, SimulatedFleet fleet, int[] replicas, int worstQueue)
    {
        var target = input.TargetP95.TotalSeconds;
        var load = new int[replicas.Length];
        foreach (var arrival in input.Arrivals) load[Math.Clamp((int)Math.Ceiling(arrival) - 1, 0, load.Length - 1)]++;
        var p95 = new double[load.Length];
        var (first, over) = (0, 0);
        for (var second = 0; second < load.Length; second++)
        {
            var latencies = fleet.Latencies.AsSpan(first, load[second]).ToArray();
            first += latencies.Length;
            // A request that nobody has taken by the end has waited for longer than anything else.
            for (var i = 0; i < latencies.Length; i++) latencies[i] = float.IsNaN(latencies[i]) ? float.PositiveInfinity : latencies[i];
            Array.Sort(latencies);
            over += latencies.Count(l => l > target);
            p95[second] = latencies.Length == 0 ? double.NaN : latencies[(int)Math.Ceiling(0.95 * latencies.Length) - 1];
        }

        return new SimulationOutcome(
            scaler,
            input.Arrivals.Length == 0 ? 0 : over / (double)input.Arrivals.Length,
            p95.Count(p => p > target),
            fleet.ReplicaSeconds(replicas.Length),
            fleet.Changes,
            worstQueue,
            load,
            replicas,
            p95);
    }
}
