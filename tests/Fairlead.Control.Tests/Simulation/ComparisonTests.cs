using Fairlead.Control.Autoscaling;
using Fairlead.Control.Simulation;
using Fairlead.Core.Manifests;

namespace Fairlead.Control.Tests.Simulation;

public class ComparisonTests
{
    [Fact]
    public void AStep_IsAnsweredSoonerThanByHpa_WithNoMoreReplicaSeconds()
    {
        var outcomes = Run(Enumerable.Range(0, 1200).Select(s => s / 300 % 2 == 0 ? 100.0 : 500));
        outcomes["fairlead"].ViolationSeconds.ShouldBeLessThanOrEqualTo(outcomes["hpa"].ViolationSeconds / 2);
        outcomes["fairlead"].ReplicaSeconds.ShouldBeLessThanOrEqualTo(outcomes["hpa"].ReplicaSeconds);
        outcomes["fairlead"].ViolationSeconds.ShouldBeLessThanOrEqualTo(outcomes["kpa"].ViolationSeconds);
        outcomes["fairlead"].ReplicaSeconds.ShouldBeLessThanOrEqualTo(outcomes["kpa"].ReplicaSeconds);
    }

    [Fact]
    public void ASeed_GivesTheSameRunTwice()
    {
        var (first, second) = (Run(Enumerable.Repeat(100.0, 120)), Run(Enumerable.Repeat(100.0, 120)));
        foreach (var (name, outcome) in first)
        {
            outcome.P95.ShouldBe(second[name].P95);
            outcome.ReplicaSeconds.ShouldBe(second[name].ReplicaSeconds);
        }
    }

    [Fact]
    public void EveryRequestIsAnswered_AndEveryReplicaSecondCounted()
    {
        var outcomes = Run(Enumerable.Repeat(10.0, 120));
        outcomes.Values.Select(o => o.Load.Sum()).Distinct().ShouldHaveSingleItem().ShouldBeInRange(1000, 1400);
        outcomes.Values.ShouldAllBe(o => o.OverTarget < 0.01);
        // One replica from the first second to the last.
        outcomes["hpa"].ReplicaSeconds.ShouldBe(120, 0.01);
    }

    [Fact]
    public void WithALeastOfNone_NothingRunsBetweenRequests_AndTheFirstWaitsForAStart()
    {
        // A request, two quiet minutes, another one, and one soon after it.
        var outcomes = Run([0, 1, .. Enumerable.Repeat(0.0, 120), 1, 0, 0, 0, 0, 1], min: 0, exact: true);
        foreach (var name in (string[])["fairlead", "kpa"])
        {
            outcomes[name].Replicas[0].ShouldBe(0, name);
            outcomes[name].Replicas[3].ShouldBe(1, name);
            outcomes[name].Replicas[100].ShouldBe(0, name);
            outcomes[name].P95.Where(p => !double.IsNaN(p)).Select(p => Math.Round(p, 3)).ShouldBe([2.02, 2.02, 0.02], "the start and the service time, and the service time alone");
        }

        outcomes["hpa"].Replicas.ShouldAllBe(r => r == 1);
        outcomes["fairlead"].ReplicaSeconds.ShouldBeLessThan(outcomes["hpa"].ReplicaSeconds);
    }

    private static Dictionary<string, SimulationOutcome> Run(IEnumerable<double> rates, int min = 1, bool exact = false)
    {
        var target = TimeSpan.FromMilliseconds(100);
        var input = new SimulationInput { Arrivals = exact ? Arrivals.Spread(rates, seed: 7) : Arrivals.Poisson(rates, seed: 7), Service = ServiceTime.Constant(TimeSpan.FromMilliseconds(20)), Startup = TimeSpan.FromSeconds(2), TargetP95 = target, Min = min, Max = 100 };
        var rules = new ScalingRules { Min = min, Max = 100, Targets = new ScaleTargets(LatencyP95: target), Startup = input.Startup, Workers = 1, Cores = 1 };
        return Comparison.Of(input, rules, CancellationToken.None).ToDictionary(o => o.Scaler);
    }
}
