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
        model.P95(rate, replicas).ShouldBeLessThanOrEqualTo(target);
        if (replicas > 1) model.P95(rate, replicas - 1).ShouldBeGreaterThan(target);

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
    public void MoreLoadThanWorkers_IsNoLatencyAtAll() => new QueueModel(0.02, 0.02, 1, 0).P95(200, 3).ShouldBe(double.PositiveInfinity);
}
