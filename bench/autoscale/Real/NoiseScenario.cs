using Fairlead.Cli.Load;

namespace Fairlead.Bench.Autoscale.Real;

/// <summary>100 requests a second, each second a tenth more or less at random, for ten minutes after two in which the number may settle.</summary>
internal static class NoiseScenario
{
    private const double Rate = 100;
    private const double Noise = 0.1;
    private const int Seed = 1;
    private static readonly TimeSpan Settle = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan End = Settle + TimeSpan.FromMinutes(10);

    public static async Task<ScenarioResult> RunAsync(Subject subject, CancellationToken cancellationToken)
    {
        var random = new Random(Seed);
        var steps = Enumerable.Range(0, (int)End.TotalSeconds).Select(_ => new LoadStep(Rate * (1 - Noise + (2 * Noise * random.NextDouble())), TimeSpan.FromSeconds(1))).ToList();
        await using var watch = await FleetWatch.StartAsync(subject, cancellationToken);
        var load = await RealLoad.RunAsync(subject, SendTimes.Steps(steps, SendTimes.Constant), cancellationToken);
        return new ScenarioResult(
            "noise",
            [
                Figure.Told("replicas", watch.WantedAt(Settle)),
                Figure.Exactly("changes of the number in ten minutes", watch.Changes(Settle, End), 0),
                Figure.Told("p95 of the ten minutes", load.P95Milliseconds(Settle, End), "ms"),
                Figure.Told("seconds whose p95 is above the target", load.Violations(Scenario.Target).Count(s => s >= Settle.TotalSeconds), "s"),
                Figure.Exactly("failed requests in the ten minutes", load.FailedFrom(Settle), 0),
                Figure.Told($"failed before, of {load.Requests} requests in all", load.Failed - load.FailedFrom(Settle)),
            ],
            [.. load.Failures, .. (await subject.ChangesAsync(cancellationToken)).Select(e => e.Message)]);
    }
}
