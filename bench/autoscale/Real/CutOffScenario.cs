using Fairlead.Cli.Load;

namespace Fairlead.Bench.Autoscale.Real;

/// <summary>The replicas' metrics are cut off just when the load has gone and replicas would leave, and come back a minute later.</summary>
internal static class CutOffScenario
{
    private const double Before = 80;
    private const double After = 5;
    private const string Blind = "FL5266";
    private const int Seed = 1;
    private static readonly TimeSpan GoneAt = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan CutAt = TimeSpan.FromSeconds(32);
    // A signal of up to 6 s is still known, and a look falls between.
    private static readonly TimeSpan UnknownAt = CutAt + TimeSpan.FromSeconds(8);
    private static readonly TimeSpan BackAt = CutAt + TimeSpan.FromSeconds(60);
    private static readonly TimeSpan End = BackAt + TimeSpan.FromSeconds(45);

    public static async Task<ScenarioResult> RunAsync(Subject subject, CancellationToken cancellationToken)
    {
        var random = new Random(Seed);
        var times = SendTimes.Steps([new(Before, GoneAt), new(After, End - GoneAt)], rate => SendTimes.Poisson(rate, random));
        await using var watch = await FleetWatch.StartAsync(subject, cancellationToken);
        var loading = RealLoad.RunAsync(subject, times, cancellationToken);
        await Task.Delay(CutAt - watch.Now, TimeProvider.System, cancellationToken);
        string said;
        await using (await MetricsCut.MakeAsync(subject.Engine, (await subject.StatusAsync(cancellationToken)).Replicas))
        {
            await Task.Delay(BackAt - watch.Now, TimeProvider.System, cancellationToken);
            said = (await subject.WhyAsync(cancellationToken)).Causes.FirstOrDefault(c => c.Code == Blind)?.Summary ?? "";
        }

        var load = await loading;
        return new ScenarioResult(
            "cutoff",
            [
                Figure.Told("replicas when the metrics are cut off", watch.WantedAt(CutAt)),
                Figure.Exactly("changes of the number in the minute without metrics, from 8 s on (cool-down 20 s)", watch.Changes(UnknownAt, BackAt), 0),
                Figure.Holds("why names the signal (service_time)", said.Contains("service_time", StringComparison.Ordinal)),
                Figure.Within("back to scale/min, after the metrics are there again", watch.SettledAt(1, BackAt) - BackAt, 45),
                Figure.Exactly($"failed of {load.Requests} requests", load.Failed, 0),
            ],
            [said, .. load.Failures, .. (await subject.ChangesAsync(cancellationToken)).Select(e => e.Message)]);
    }
}
