using Fairlead.Cli.Load;

namespace Fairlead.Bench.Autoscale.Real;

/// <summary>30 requests a second become 135 at once, and later next to none.</summary>
internal static class StepScenario
{
    private const double Before = 30;
    private const double Jump = 4.5;
    private const double After = 5;
    private const int Seed = 1;
    private static readonly TimeSpan StepAt = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan GoneAt = TimeSpan.FromSeconds(150);
    private static readonly TimeSpan End = TimeSpan.FromSeconds(270);

    public static async Task<ScenarioResult> RunAsync(Subject subject, CancellationToken cancellationToken)
    {
        var random = new Random(Seed);
        var times = SendTimes.Steps([new(Before, StepAt), new(Before * Jump, GoneAt - StepAt), new(After, End - GoneAt)], rate => SendTimes.Poisson(rate, random));
        await using var watch = await FleetWatch.StartAsync(subject, cancellationToken);
        var load = await RealLoad.RunAsync(subject, times, cancellationToken);
        var violations = load.Violations(Scenario.Target).Where(s => s >= StepAt.TotalSeconds && s < GoneAt.TotalSeconds).ToList();
        var heldAfter = violations.Count == 0 ? 0 : violations[^1] + 1 - StepAt.TotalSeconds;
        var back = watch.SettledAt(1, GoneAt);
        return new ScenarioResult(
            "step",
            [
                Figure.Told("replicas before the step", watch.WantedAt(StepAt)),
                Figure.Told("replicas at most", watch.Most(StepAt, GoneAt)),
                Figure.Told("a new replica takes requests, from the decision (mean)", watch.Startup?.TotalSeconds ?? 0, "s"),
                Figure.Told("seconds after the step whose p95 is above the target", violations.Count, "s"),
                Figure.AtMost("p95 within the target again, after the step", heldAfter, 15, "s"),
                Figure.Told("p95 from 15 s after the step on", load.P95Milliseconds(StepAt + TimeSpan.FromSeconds(15), GoneAt), "ms"),
                Figure.Within("back to scale/min, after the load has gone (cool-down 60 s)", back - GoneAt, 90),
                Figure.Exactly($"failed of {load.Requests} requests", load.Failed, 0),
                Figure.Told("sent late by the generator, p99", load.Lateness * 1000, "ms"),
            ],
            [.. load.Failures, .. (await subject.ChangesAsync(cancellationToken)).Select(e => e.Message)]);
    }
}
