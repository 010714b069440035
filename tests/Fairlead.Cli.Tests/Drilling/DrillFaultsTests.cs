using Fairlead.Cli.Drilling;
using Fairlead.Core.Results;
using Fairlead.Testing.Time;

namespace Fairlead.Cli.Tests.Drilling;

public sealed class DrillFaultsTests
{
    private static readonly Problem No = new("FL3028", "The disk could not be filled: no root.", "Become root.");

    private readonly JumpingTimeProvider _time = new();

    private readonly FakeSubject _subject;

    public DrillFaultsTests() => _subject = new FakeSubject(_time);

    [Fact]
    public async Task AKillIsMadeOnceAndTheTimeUntilItShowsIsMeasured()
    {
        var made = await MakeAsync("kill");

        _subject.Calls.ShouldBe(["kill a"]);
        made.Skipped.ShouldBeNull();
        made.Detected.ShouldNotBeNull().ShouldBeInRange(FakeSubject.Shows, FakeSubject.Shows + TimeSpan.FromMilliseconds(20));
    }

    [Fact]
    public async Task AFrozenReplicaIsThawedWhenThatHasShown()
    {
        (await MakeAsync("freeze")).Detected.ShouldNotBeNull();

        _subject.Calls.ShouldBe(["freeze a", "thaw a"]);
    }

    [Fact]
    public async Task AFreezeThatDoesNotShowIsUndoneAllTheSame()
    {
        _subject.Harmless.Add("freeze");

        var made = await MakeAsync("freeze");

        made.ShouldBe(new FaultMade(null, null));
        _subject.Calls.ShouldBe(["freeze a", "thaw a"]);
    }

    [Theory]
    [InlineData("freeze", "thaw a")]
    [InlineData("slow", "thaw a")]
    [InlineData("fill-disk", "free_disk a")]
    [InlineData("out-of-memory", "kill a")]
    public async Task AnInterruptUndoesTheFault(string fault, string undone)
    {
        using var interrupt = new CancellationTokenSource();
        _subject.OnFault = _ => interrupt.Cancel();

        await Should.ThrowAsync<OperationCanceledException>(() => new DrillFaults(_subject, _time).MakeAsync(fault, interrupt.Token));

        _subject.Calls[^1].ShouldBe(undone);
    }

    [Fact]
    public async Task ASlowReplicaRunsATenthOfFiveSeconds()
    {
        _subject.Harmless.Add("freeze");
        var began = _time.Elapsed;

        var made = await MakeAsync("slow");

        made.ShouldBe(new FaultMade(null, null));
        (_time.Elapsed - began).ShouldBe(TimeSpan.FromSeconds(5));
        _subject.Calls.Count(c => c == "freeze a").ShouldBe(50);
        _subject.Calls[^1].ShouldBe("thaw a");
    }

    [Fact]
    public async Task AReplicaThatOutlivesTheLossOfItsMemoryIsKilledAndTheFaultSkipped()
    {
        _subject.Harmless.UnionWith(["out_of_memory", "kill"]);

        var made = await MakeAsync("out-of-memory");

        made.Skipped.ShouldNotBeNull().ShouldContain("kernel left the replica");
        _subject.Calls.ShouldBe(["out_of_memory a", "kill a"]);
    }

    [Fact]
    public async Task AReplicaThatIsKilledForMemoryIsLeftToTheController()
    {
        (await MakeAsync("out-of-memory")).Detected.ShouldNotBeNull();

        _subject.Calls.ShouldBe(["out_of_memory a"]);
    }

    [Fact]
    public async Task ADiskIsFullForFiveSecondsAndFreedThoughNothingShows()
    {
        var began = _time.Elapsed;

        var made = await MakeAsync("fill-disk");

        made.ShouldBe(new FaultMade(null, null));
        (_time.Elapsed - began).ShouldBe(TimeSpan.FromSeconds(5));
        _subject.Calls.ShouldBe(["fill_disk a", "free_disk a"]);
    }

    [Theory]
    [InlineData("kill", "kill")]
    [InlineData("freeze", "freeze")]
    [InlineData("slow", "freeze")]
    [InlineData("out-of-memory", "out_of_memory")]
    [InlineData("fill-disk", "fill_disk")]
    public async Task AFaultThatIsRefusedIsSkippedWithTheReason(string fault, string asked)
    {
        _subject.Refused[asked] = No;

        (await MakeAsync(fault)).Skipped.ShouldBe("The disk could not be filled: no root");
    }

    [Fact]
    public async Task AControllerThatIsKilledIsStartedAgainAfterAWhileWithoutOne()
    {
        var began = _time.Elapsed;

        (await MakeAsync("kill-controller")).Skipped.ShouldBeNull();

        (_time.Elapsed - began).ShouldBe(TimeSpan.FromSeconds(2));
        _subject.Calls.ShouldBe(["kill process 10", "restart controller"]);
    }

    [Fact]
    public async Task AControllerThatWasStartedByHandIsLeftAlone()
    {
        _subject.Started = "user";

        (await MakeAsync("kill-controller")).Skipped.ShouldNotBeNull().ShouldContain("by hand");

        _subject.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task AKilledGatewayIsDetectedWhenAnotherHasItsPlace()
    {
        (await MakeAsync("kill-gateway")).Detected.ShouldBe(TimeSpan.Zero);

        _subject.Calls.ShouldBe(["kill process 11"]);
    }

    [Fact]
    public async Task AnUpdateIsDeployedWithAVariableMoreAndTakenBack()
    {
        (await MakeAsync("rolling-update")).Skipped.ShouldBeNull();

        _subject.Calls.ShouldBe(["deploy 3 DRILL_UPDATE", "deploy 3"]);
    }

    private Task<FaultMade> MakeAsync(string fault) => new DrillFaults(_subject, _time).MakeAsync(fault, CancellationToken.None);
}
