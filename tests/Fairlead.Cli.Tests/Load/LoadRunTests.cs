using Fairlead.Cli.Load;
using Fairlead.Testing;

namespace Fairlead.Cli.Tests.Load;

public sealed class LoadRunTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Stall = TimeSpan.FromMilliseconds(300);

    /// <summary>Answers nothing until it is opened, then all at once.</summary>
    private sealed class Gate : ILoadTarget
    {
        private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _waiting;

        public int Waiting => Volatile.Read(ref _waiting);

        public void Open() => _open.SetResult();

        public async Task<LoadFailure?> SendAsync(CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _waiting);
            await _open.Task.WaitAsync(cancellationToken);
            return null;
        }

        public void Dispose() => _open.TrySetCanceled();
    }

    [Fact]
    public async Task AStall_DelaysNoRequest_AndCountsForAllThatWereDueInIt()
    {
        using var gate = new Gate();
        var tally = new LoadTally();
        var run = LoadRun.RunAsync(SendTimes.For(SendTimes.Constant(200), Stall), gate, tally, TimeProvider.System, CancellationToken.None, CancellationToken.None);
        (await Eventually.BecomesAsync(() => gate.Waiting == 60, Patience)).ShouldBeTrue();

        gate.Open();
        await run;

        tally.Sent.ShouldBe(60);
        tally.Outcomes.ShouldBe(new Dictionary<string, long> { ["ok"] = 60 });
        // The first waited from the begin to the end of the stall, though all were answered at once.
        tally.Latencies.Max.ShouldBeGreaterThan(Stall * 0.9);
        tally.Lasted.ShouldBeGreaterThan(Stall * 0.9);
    }

    [Fact]
    public async Task MoreThanCanBeHeld_IsCountedAsFailed_NotLeftOut()
    {
        using var gate = new Gate();
        var tally = new LoadTally();
        var run = LoadRun.RunAsync(Enumerable.Repeat(TimeSpan.Zero, LoadRun.MostInFlight + 5), gate, tally, TimeProvider.System, CancellationToken.None, CancellationToken.None);
        (await Eventually.BecomesAsync(() => tally.Failed == 5, Patience)).ShouldBeTrue();

        gate.Open();
        await run;

        tally.Outcomes.ShouldBe(new Dictionary<string, long> { ["ok"] = LoadRun.MostInFlight, ["not sent"] = 5 }, ignoreOrder: true);
    }

    [Fact]
    public async Task Stopped_ItSendsNoMore_AndWaitsForWhatIsUnderWay()
    {
        using var gate = new Gate();
        using var stop = new CancellationTokenSource();
        var tally = new LoadTally();
        var run = LoadRun.RunAsync(SendTimes.Constant(100), gate, tally, TimeProvider.System, stop.Token, CancellationToken.None);
        (await Eventually.BecomesAsync(() => gate.Waiting >= 2, Patience)).ShouldBeTrue();

        await stop.CancelAsync();
        run.IsCompleted.ShouldBeFalse();
        gate.Open();
        await run;

        tally.Latencies.Count.ShouldBe(tally.Sent);
    }
}
