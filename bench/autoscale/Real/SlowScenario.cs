using Fairlead.Cli.Load;

namespace Fairlead.Bench.Autoscale.Real;

/// <summary>The target is below what one run takes: no number of replicas meets it.</summary>
internal static class SlowScenario
{
    private const double Rate = 60;
    private const string SlowModelCode = "FL5264";
    private const int Seed = 1;

    /// <summary>Three keep the queue from growing; as many more for what waits after the seconds in which the first of them was alone.</summary>
    private const int Bound = 6;

    private static readonly TimeSpan End = TimeSpan.FromSeconds(60);

    public static async Task<ScenarioResult> RunAsync(Subject subject, CancellationToken cancellationToken)
    {
        await using var watch = await FleetWatch.StartAsync(subject, cancellationToken);
        var load = await RealLoad.RunAsync(subject, SendTimes.For(SendTimes.Poisson(Rate, new Random(Seed)), End), cancellationToken);
        var said = (await subject.WhyAsync(cancellationToken)).Causes.FirstOrDefault(c => c.Code == SlowModelCode)?.Summary ?? "";
        return new ScenarioResult(
            "slow",
            [
                Figure.AtMost("replicas at most, of 10 allowed", watch.Most(TimeSpan.Zero, End), Bound),
                Figure.Holds("why says that the model is slow by itself", said.Length > 0),
                Figure.Exactly($"failed of {load.Requests} requests", load.Failed, 0),
            ],
            [said, .. load.Failures, .. (await subject.ChangesAsync(cancellationToken)).Select(e => e.Message)]);
    }
}
