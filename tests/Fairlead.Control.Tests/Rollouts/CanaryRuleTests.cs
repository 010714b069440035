using Fairlead.Control.Rollouts;
using Fairlead.Core.Manifests;
using Fairlead.Core.Units;
using Fairlead.Telemetry.Metrics;

namespace Fairlead.Control.Tests.Rollouts;

public sealed class CanaryRuleTests
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    [Fact]
    public void Judge_StepNotOver_Stays() => Judge(Errors(1), TimeSpan.FromSeconds(59), new RevisionTraffic(100, 0, null)).ShouldBeOfType<CanaryVerdict.Stay>();

    [Fact]
    public void Judge_StepOverAndNothingAgainstIt_GoesOn() => Judge(Errors(1), Every, new RevisionTraffic(100, 1, null)).ShouldBeOfType<CanaryVerdict.Next>();

    [Fact]
    public void Judge_TwoFailures_MayBeChance() => Judge(Errors(1), TimeSpan.FromSeconds(1), new RevisionTraffic(2, 2, null)).ShouldBeOfType<CanaryVerdict.Stay>();

    [Fact]
    public void Judge_MoreFailuresThanAllowed_RollsBackBeforeTheStepIsOver() =>
        Judge(Errors(1), TimeSpan.FromSeconds(1), new RevisionTraffic(100, 3, null)).ShouldBeOfType<CanaryVerdict.RollBack>().Reason.ShouldBe("the canary failed 3 of 100 requests; error_rate allows 1%");

    [Fact]
    public void Judge_FailuresWithinTheLimit_GoesOn() => Judge(Errors(5), Every, new RevisionTraffic(100, 5, null)).ShouldBeOfType<CanaryVerdict.Next>();

    [Fact]
    public void Judge_SlowerThanAllowed_RollsBackWhenTheStepIsOver()
    {
        var judge = new JudgeSpec(LatencyP95: new LatencyLimit.Above(new Share(20)));
        var (fast, slow) = (new RevisionTraffic(100, 0, Durations(0.01, 100)), new RevisionTraffic(100, 0, Durations(0.1, 100)));
        Judge(judge, TimeSpan.FromSeconds(1), slow, fast).ShouldBeOfType<CanaryVerdict.Stay>();
        Judge(judge, Every, slow, fast).ShouldBeOfType<CanaryVerdict.RollBack>().Reason.ShouldContain("latency_p95: +20%");
        Judge(judge, Every, fast, fast).ShouldBeOfType<CanaryVerdict.Next>();
    }

    [Fact]
    public void Judge_SlowerThanAnAbsoluteLimit_RollsBack() =>
        Judge(new JudgeSpec(LatencyP95: new LatencyLimit.AtMost(TimeSpan.FromMilliseconds(50))), Every, new RevisionTraffic(100, 0, Durations(0.1, 100))).ShouldBeOfType<CanaryVerdict.RollBack>();

    [Fact]
    public void Judge_TooFewLatencies_AreNotCompared() =>
        Judge(new JudgeSpec(LatencyP95: new LatencyLimit.AtMost(TimeSpan.FromMilliseconds(50))), Every, new RevisionTraffic(10, 0, Durations(0.1, 10))).ShouldBeOfType<CanaryVerdict.Next>();

    [Fact]
    public void Since_GatewayThatCountsAnew_HasNoDifference() => new RevisionTraffic(5, 0, null).Since(new RevisionTraffic(9, 0, null)).ShouldBeNull();

    private static JudgeSpec Errors(int percent) => new(ErrorRate: new Share(percent));

    // All in the bucket that ends at the value.
    private static HistogramSnapshot Durations(double seconds, long count)
    {
        double[] bounds = [0.005, 0.01, 0.05, 0.1, 1];
        var counts = new long[bounds.Length + 1];
        counts[Array.IndexOf(bounds, seconds)] = count;
        return new HistogramSnapshot(bounds, counts, seconds * count);
    }

    private static CanaryVerdict Judge(JudgeSpec judge, TimeSpan into, RevisionTraffic canary, RevisionTraffic? old = null) => CanaryRule.Judge(
        new RolloutSpec { Strategy = RolloutStrategy.Canary, Every = Every, Judge = judge },
        new CanaryRule.Step(into, canary, old ?? new RevisionTraffic(0, 0, null)));
}
