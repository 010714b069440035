using Fairlead.Control.Autoscaling;
using Fairlead.Control.Simulation;

namespace Fairlead.Control.Tests.Autoscaling;

public class QueueModelTests
{
    [Theory]
    [InlineData(20, 1, 1)]
    [InlineData(150, 1, 1)]
    [InlineData(400, 1, 1)]
    [InlineData(900, 1, 1)]
    [InlineData(400, 4, 1)]
    [InlineData(200, 2, 3)]
    public void TheLeastReplicas_KeepTheTargetInTheSimulator(double rate, int workers, double p95OverMean)
    {
        const double target = 0.1;
        var constant = p95OverMean == 1;
        var service = constant ? ServiceTime.Constant(TimeSpan.FromMilliseconds(20)) : ServiceTime.Exponential(TimeSpan.FromMilliseconds(20));
        var model = new QueueModel(0.02, 0.02 * p95OverMean, workers, constant ? 0 : 1);
        var replicas = model.LeastReplicas(rate, target, most: 200);
        replicas.ShouldBeLessThan(200);
        model.Over(rate, replicas, target).ShouldBeLessThanOrEqualTo(0.05);
        if (replicas > 1) model.Over(rate, replicas - 1, target).ShouldBeGreaterThan(0.05);

        var outcome = SimulationRun.Of(
            new SimulationInput
            {
                Arrivals = Arrivals.Poisson(Enumerable.Repeat(rate, 600), seed: 3),
                Service = service,
                Workers = workers,
                Startup = TimeSpan.FromSeconds(1),
                TargetP95 = TimeSpan.FromSeconds(target),
                Min = replicas,
                Max = replicas,
            },
            new HpaScaler(0.7, replicas, replicas),
            CancellationToken.None);
        outcome.OverTarget.ShouldBeLessThan(0.05);
    }

    [Fact]
    public void MoreLoadThanWorkers_IsAlwaysOver() => new QueueModel(0.02, 0.02, 1, 0).Over(200, 3, target: 0.1).ShouldBe(1);

    [Theory]
    [InlineData(100, 0.1)]
    [InlineData(30, 0.03)]
    public void OneWorkerWithExponentialTimes_IsAsTheoryHasIt(double rate, double target)
    {
        // M/M/1: time in the system is exponential with the rate mu - lambda.
        var model = new QueueModel(0.008, 0.024, Workers: 1, Variation: 1);
        model.Over(rate, 1, target).ShouldBe(Math.Exp(-((1 / 0.008) - rate) * target), tolerance: 1e-6);
    }

    [Fact]
    public void AFewSlowRequests_DoNotAskForReplicasThatCouldNotMakeThemFaster()
    {
        // One request in twenty takes 90 of the 100 ms by itself; to leave all others no wait at all would take nine replicas.
        new QueueModel(0.0386, 0.09, Workers: 1, Variation: 0.67).LeastReplicas(47.4, 0.1, most: 100).ShouldBeLessThan(7);
    }

    [Fact]
    public void AModelThatAlmostAlwaysMissesTheTargetByItself_GetsAllThereAre() =>
        new QueueModel(0.03, 0.099, Workers: 1, Variation: 1).LeastReplicas(10, 0.02, most: 8).ShouldBe(8);
}
