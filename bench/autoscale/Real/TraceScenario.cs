using System.Globalization;
using System.Text.Json;
using Fairlead.Control.Simulation;
using Fairlead.Testing;

namespace Fairlead.Bench.Autoscale.Real;

/// <summary>
/// Ten recorded minutes, sent to the real system and replayed by <c>fairlead simulate</c> with the service time and the start-up that
/// were measured on it. The cool-down is short so that there is much scaling, and time in violation, to compare.
/// </summary>
internal static class TraceScenario
{
    private const string Trace = "traces/azure-llm-2023/AzureLLMInferenceTrace_code.csv";
    private const double RateScale = 5;
    private const int Seed = 1;
    private const double Agreement = 0.15;
    private static readonly TimeSpan From = TimeSpan.FromMinutes(20);
    private static readonly TimeSpan Length = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public static async Task<ScenarioResult> RunAsync(Subject subject, CancellationToken cancellationToken)
    {
        var (trace, profile) = (Path.Combine(subject.Folder, "trace.csv"), Path.Combine(subject.Folder, "profile.json"));
        var arrivals = await WriteTraceAsync(trace, cancellationToken);
        await subject.SucceedAsync("bench", SlowModel.Name, "--rate", "5", "--duration", "2s", "--profile", profile);
        // What the measurement asked for has to go before the trace begins.
        if (!await Eventually.BecomesAsync(async () => (await subject.StatusAsync(cancellationToken)).Replicas.Count == 1, Patience)) throw new TimeoutException("The replicas did not go back to one before the trace.");

        var seconds = Math.Ceiling(arrivals[^1]);
        FleetWatch watch;
        RealLoad load;
        await using (watch = await FleetWatch.StartAsync(subject, cancellationToken))
        {
            load = await RealLoad.RunAsync(subject, arrivals.Select(TimeSpan.FromSeconds), cancellationToken);
        }

        var end = TimeSpan.FromSeconds(seconds);
        var startup = watch.Startup ?? throw new InvalidOperationException("No replica was started.");
        var simulated = await SimulateAsync(subject, trace, profile, startup);
        var (replicaSeconds, violations) = (watch.ReplicaSeconds(end), load.Violations(Scenario.Target).Count);
        return new ScenarioResult(
            "trace",
            [
                Figure.Told("requests", load.Requests),
                Figure.Told("start-up that was measured (mean) and simulated", startup.TotalSeconds, "s"),
                Figure.Told("replica-seconds, real", replicaSeconds, "s"),
                Figure.Told("replica-seconds, simulated", simulated.ReplicaSeconds, "s"),
                Figure.AtMost("replica-seconds, difference", Difference(replicaSeconds, simulated.ReplicaSeconds), Agreement),
                Figure.Told("in violation, real", violations, "s"),
                Figure.Told("in violation, simulated", simulated.ViolationSeconds, "s"),
                Figure.AtMost("in violation, difference", Difference(violations, simulated.ViolationSeconds), Agreement),
                Figure.Told("over target, real", load.OverTarget(Scenario.Target) * 100, "%"),
                Figure.Told("over target, simulated", simulated.OverTarget * 100, "%"),
                Figure.Told("changes, real", watch.Changes(TimeSpan.Zero, end)),
                Figure.Told("changes, simulated", simulated.Changes),
                Figure.Told("most replicas, real", watch.Most(TimeSpan.Zero, end)),
                Figure.Told("most replicas, simulated", simulated.MostReplicas),
                Figure.Exactly("failed requests", load.Failed, 0),
                Figure.Told("sent late by the generator, p99", load.Lateness * 1000, "ms"),
            ],
            [.. load.Failures]);
    }

    private static double Difference(double real, double simulated) => Math.Abs(real - simulated) / simulated;

    /// <returns>The instants that a reader of the file gets.</returns>
    private static async Task<double[]> WriteTraceAsync(string file, CancellationToken cancellationToken)
    {
        var recorded = Workloads.Read(Trace).Where(t => t >= From.TotalSeconds && t < (From + Length).TotalSeconds).Select(t => t - From.TotalSeconds).ToList();
        var scaled = Arrivals.Spread(Arrivals.CountsOf(recorded, RateScale), Seed);
        await File.WriteAllLinesAsync(file, ["timestamp", .. scaled.Select(t => t.ToString("0.000000", CultureInfo.InvariantCulture))], cancellationToken);
        return TraceReader.Read(file, 1, Seed).Value.Arrivals;
    }

    private static async Task<Simulated> SimulateAsync(Subject subject, string trace, string profile, TimeSpan startup)
    {
        var run = await subject.SucceedAsync("simulate", subject.Folder, "--trace", trace, "--service-time", profile, "--startup", $"{startup.TotalMilliseconds:0}ms", "--output", "json");
        using var report = JsonDocument.Parse(run.Output);
        var ours = report.RootElement.GetProperty("results").EnumerateArray().First(r => r.GetProperty("autoscaler").GetString() == "fairlead");
        return new Simulated(
            ours.GetProperty("replica_seconds").GetDouble(), ours.GetProperty("violation_seconds").GetInt32(), ours.GetProperty("over_target").GetDouble(),
            ours.GetProperty("changes").GetInt32(), ours.GetProperty("most_replicas").GetInt32());
    }

    private readonly record struct Simulated(double ReplicaSeconds, int ViolationSeconds, double OverTarget, int Changes, int MostReplicas);
}
