using Fairlead.Cli.Drilling;
using Fairlead.Cli.Load;
using Fairlead.Cli.Output;
using Fairlead.Core.Results;
using Fairlead.Testing.Time;

namespace Fairlead.Cli.Tests.Drilling;

public sealed class DrillRunTests
{
    private const double Rate = 50;
    private static readonly LoadFailure Broken = new(LoadFailureKind.Broken, "", "The connection broke.");

    private readonly JumpingTimeProvider _time = new();
    private readonly FakeSubject _subject;
    private readonly List<LoadOutcome> _late = [];
    private LoadTally? _tally;

    public DrillRunTests() => _subject = new FakeSubject(_time);

    [Fact]
    public async Task RecoveryIsMeasuredFromTheFaultUntilAllReplicasAreReady()
    {
        var result = (await RunAsync("kill")).Faults.ShouldHaveSingleItem();

        result.DetectedSeconds.ShouldNotBeNull().ShouldBe(FakeSubject.Shows.TotalSeconds, 0.021);
        result.RecoveredSeconds.ShouldNotBeNull().ShouldBe(FakeSubject.Heals.TotalSeconds, 0.021);
        result.Requests.ShouldBeInRange(150, 152);
        result.Failed.ShouldBe(0);
    }

    [Fact]
    public async Task AFailureBelongsToTheFaultInWhoseTimeItWas()
    {
        // Two seconds of calm come first, and two after a recovery: the second fault is made about five seconds later.
        var made = 0;
        _subject.OnFault = _ => Fail(_time.Elapsed + (made++ == 0 ? TimeSpan.FromMilliseconds(10) : TimeSpan.FromMilliseconds(20)), count: made);

        var report = await RunAsync("kill", "kill");

        report.Faults.Select(f => f.Failed).ShouldBe([1, 2]);
        report.Faults[0].FirstFailure.ShouldBe("The connection broke.");
        report.Failed.ShouldBe(3);
    }

    [Fact]
    public async Task AFailureBeforeTheFirstFaultIsInTheSumAlone()
    {
        _subject.OnFault = _ => Fail(TimeSpan.FromMilliseconds(500));

        var report = await RunAsync("kill");

        report.Failed.ShouldBe(1);
        report.Faults.ShouldHaveSingleItem().Failed.ShouldBe(0);
    }

    [Fact]
    public async Task AnAnswerThatFailsAfterItsFaultWasToldIsCountedInTheReport()
    {
        _subject.OnFault = _ => _late.Add(new LoadOutcome(_time.Elapsed, TimeSpan.FromSeconds(30), Broken));
        var told = new List<DrillResult>();

        var report = await RunAsync(told, "kill");

        told.ShouldHaveSingleItem().Failed.ShouldBe(0);
        report.Faults.ShouldHaveSingleItem().Failed.ShouldBe(1);
    }

    [Fact]
    public async Task WhatDoesNotRecoverIsToldSo()
    {
        _subject.Recovers = false;

        (await RunAsync("kill")).Faults.ShouldHaveSingleItem().RecoveredSeconds.ShouldBeNull();
    }

    [Fact]
    public async Task ASkippedFaultHasItsReasonAndNoFigures()
    {
        _subject.Refused["kill"] = new Problem("FL5232", "The engine makes no faults.", "Use another.");

        (await RunAsync("kill")).Faults.ShouldHaveSingleItem().ShouldBe(DrillResult.Skip("kill", "The engine makes no faults"));
    }

    [Fact]
    public async Task TheLoadIsEndedWhenTheDrillIsInterrupted()
    {
        using var interrupt = new CancellationTokenSource();
        _subject.OnFault = _ => interrupt.Cancel();
        var ended = false;
        var run = new DrillRun(_subject, async (_, stop) => ended = await Stopped(stop), Rate, _time);

        await Should.ThrowAsync<OperationCanceledException>(() => run.RunAsync(["kill"], static _ => { }, interrupt.Token));

        ended.ShouldBeTrue();
    }

    [Fact]
    public void TheTableShowsWhatWasFoundWhatWasNotAndWhatWasLeftOut()
    {
        var report = new DrillReport("penguins", "docker", 50, 1200, 3, 1.2, 30, [
            new DrillResult("kill", 0.04, 1.5, 175, 0, null, null),
            new DrillResult("kill-gateway", null, null, 400, 3, "The connection broke.", null),
            DrillResult.Skip("fill-disk", "no root")]);

        string.Join('\n', DrillView.Render(report, 100, new Paint(false)).Select(l => l.TrimEnd())).ShouldBe("""
            FAULT         DETECTED  RECOVERED  FAILED  REQUESTS  NOTE
            kill            0.04 s     1.50 s       0       175
            kill-gateway         –      never       3       400  The connection broke.
            fill-disk            –          –       –         –  skipped: no root

            3 failed of 1200 requests at 50 a second; p50 1.2 ms, p99 30.0 ms.
            """);
    }

    private Task<DrillReport> RunAsync(params string[] faults) => RunAsync([], faults);

    private Task<DrillReport> RunAsync(List<DrillResult> told, params string[] faults) =>
        new DrillRun(_subject, LoadAsync, Rate, _time).RunAsync(faults, told.Add, CancellationToken.None);

    /// <summary>Sends nothing by itself: failures are put in by the test, some only when the load ends.</summary>
    private async Task LoadAsync(LoadTally tally, CancellationToken stop)
    {
        _tally = tally;
        await Stopped(stop);
        foreach (var outcome in _late) End(outcome);
    }

    private void Fail(TimeSpan due, int count = 1)
    {
        for (var i = 0; i < count; i++) End(new LoadOutcome(due, TimeSpan.FromMilliseconds(5), Broken));
    }

    private void End(LoadOutcome outcome)
    {
        _tally!.Began(TimeSpan.Zero);
        _tally.Ended(outcome);
    }

    private static async Task<bool> Stopped(CancellationToken stop)
    {
        var stopped = new TaskCompletionSource<bool>();
        await using var registered = stop.Register(() => stopped.SetResult(true));
        return await stopped.Task;
    }
}
