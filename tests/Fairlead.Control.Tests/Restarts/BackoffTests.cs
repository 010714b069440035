using Fairlead.Control.Restarts;

namespace Fairlead.Control.Tests.Restarts;

public sealed class BackoffTests
{
    [Fact]
    public void ReplicaThatNeverWasReady_WaitsOneSecondDoublingToFiveMinutes() => Waits(12, readyFor: null).ShouldBe([1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]);

    [Fact]
    public void ReplicaThatWasReadyForAWhile_IsReplacedAtOnceTheFirstTime() => Waits(5, TimeSpan.FromSeconds(10)).ShouldBe([0, 1, 2, 4, 8]);

    [Fact]
    public void AStableMinute_MakesGoodForTheFailuresBefore() => Backoff.After(9, TimeSpan.FromMinutes(1)).ShouldBe((TimeSpan.Zero, 1));

    private static List<double> Waits(int count, TimeSpan? readyFor)
    {
        var (waits, failures) = (new List<double>(), 0);
        for (var i = 0; i < count; i++)
        {
            (var wait, failures) = Backoff.After(failures, readyFor);
            waits.Add(wait.TotalSeconds);
        }

        return waits;
    }
}
