using Fairlead.Cli.Bench;
using Fairlead.Cli.Load;
using Fairlead.Cli.Output;

namespace Fairlead.Cli.Tests.Bench;

public sealed class BenchViewTests
{
    private static readonly BenchService Service = new(1000, 0.001, 0.00095, 0.0021, 0.004);
    private static readonly TimeSpan Target = TimeSpan.FromMilliseconds(20);

    [Fact]
    public void ARun_CountsFailuresByTheirOutcome_AndOneInAThousandIsTheMostThatIsKept()
    {
        Run(answered: 1999, failed: 1).Kept.ShouldBe(true);
        var missed = Run(answered: 1990, failed: 10);

        missed.Kept.ShouldBe(false);
        missed.Sent.ShouldBe(2000);
        missed.Failed.ShouldBe(10);
        missed.Outcomes.ShouldBe(new Dictionary<string, long> { ["ok"] = 1990, ["503"] = 10 });
    }

    [Fact]
    public void ARunThatIsTooSlow_IsMissed_WithoutAnyFailure()
    {
        var tally = new LoadTally();
        for (var i = 0; i < 100; i++) Answer(tally, TimeSpan.FromMilliseconds(i < 90 ? 1 : 30), null);

        BenchRun.Of(10, tally, Target).Kept.ShouldBe(false);
        BenchRun.Of(10, tally, Target * 2).Kept.ShouldBe(true);
        BenchRun.Of(10, tally, null).Kept.ShouldBeNull();
    }

    [Fact]
    public void TheSearch_EndsInASentence()
    {
        var report = new BenchReport("m", Service, 0.02, 420, [Run(2000, 0), Run(1990, 10)], null);

        BenchView.Render(report, 120, new Paint(false)).ShouldBe([
            "One request at a time: p50 950µs, p95 2.1ms (1000 requests)",
            "",
            " RATE  REQUESTS  FAILED    P50    P95    P99  P99.9    MAX  SENT LATE  TARGET  FAILURES",
            "100/s     2,000       0  5.0ms  5.0ms  5.0ms  5.0ms  5.0ms        0µs  kept",
            "100/s     2,000      10  5.0ms  5.0ms  5.0ms  5.0ms  5.0ms        0µs  missed  10 × 503",
            "",
            "420 requests/s is the highest rate found that keeps p95 20ms.",
        ]);
    }

    private static BenchRun Run(int answered, int failed)
    {
        var tally = new LoadTally();
        for (var i = 0; i < answered; i++) Answer(tally, TimeSpan.FromMilliseconds(5), null);
        for (var i = 0; i < failed; i++) Answer(tally, TimeSpan.FromMilliseconds(5), new LoadFailure(LoadFailureKind.Status, "503", ""));
        return BenchRun.Of(100, tally, Target);
    }

    private static void Answer(LoadTally tally, TimeSpan latency, LoadFailure? failure)
    {
        tally.Began(TimeSpan.Zero);
        tally.Ended(new LoadOutcome(TimeSpan.Zero, latency, failure));
    }
}
