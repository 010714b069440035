using Fairlead.Control.Planning;
using Fairlead.Control.Tests.Fakes;
using Fairlead.Core.Engines;

namespace Fairlead.Control.Tests.Planning;

public sealed class PlannerTests
{
    private static readonly TimeSpan Now = TimeSpan.FromMinutes(10);

    [Fact]
    public void Plan_NothingRuns_StartsAllWanted() => Steps(Target(2)).ShouldBe(["start 1", "start 1"]);

    [Fact]
    public void Plan_AllServe_DoesNothing() => Steps(Target(2), R(1), R(2)).ShouldBeEmpty();

    [Fact]
    public void Plan_ScaleIn_DrainsTheNewest()
    {
        var (old, young) = (R(100), R(1));
        Plan(Target(1), old, young).ShouldHaveSingleItem().ShouldBeOfType<EngineAction.Drain>().Replica.ShouldBe(young.Id);
    }

    [Fact]
    public void Plan_ScaleIn_DrainsWhatIsNotReadyFirst()
    {
        var (broken, young) = (R(100) with { Ready = false }, R(1));
        Plan(Target(1), broken, young).ShouldHaveSingleItem().ShouldBeOfType<EngineAction.Drain>().Replica.ShouldBe(broken.Id);
    }

    [Fact]
    public void Plan_ScaledToZero_DrainsAll() => Steps(Target(0), R(1), R(2)).ShouldBe(["drain", "drain"]);

    [Fact]
    public void Plan_DrainedAndIdle_Stops() => Steps(Target(0), R(1) with { DrainingSince = Now, Idle = true, Routed = false }).ShouldBe(["stop"]);

    [Fact]
    public void Plan_DrainedWithRequestsInFlight_Waits() => Steps(Target(0), R(1) with { DrainingSince = Now, Idle = false }).ShouldBeEmpty();

    [Fact]
    public void Plan_DrainDeadlinePassed_Stops() =>
        Steps(Target(0), R(1) with { DrainingSince = Now - Target(0).DrainDeadline, Idle = false }).ShouldBe(["stop"]);

    [Fact]
    public void Plan_ToldToStop_IsNotToldAgain() => Steps(Target(0), R(1) with { DrainingSince = Now, Idle = true, Stopping = true }).ShouldBeEmpty();

    [Fact]
    public void Plan_EndedAndWaitOver_ReplacesIt()
    {
        var ended = Ended(restartAt: Now);
        var plan = Plan(Target(1), ended);
        plan.Count.ShouldBe(2);
        plan[0].ShouldBe(new EngineAction.Remove(ended.Id));
        plan[1].ShouldBeOfType<EngineAction.Start>().Replaces.ShouldBe(ended.Id);
    }

    [Fact]
    public void Plan_EndedAndWaitNotOver_Waits() => Steps(Target(1), Ended(restartAt: Now + TimeSpan.FromSeconds(1))).ShouldBeEmpty();

    [Fact]
    public void Plan_EndedAndNotWanted_RemovesIt() => Steps(Target(1), R(1), Ended(Now)).ShouldBe(["remove"]);

    [Fact]
    public void Plan_ScaledOutWhileOneWaits_StartsOnlyTheNewPlaces() =>
        Steps(Target(3), R(1), Ended(Now + TimeSpan.FromMinutes(1))).ShouldBe(["start 1"]);

    [Fact]
    public void Plan_Update_StartsNoMoreThanTheSurgeAndTouchesNothingOld() => Steps(Update(2), R(1), R(2)).ShouldBe(["start 2"]);

    [Fact]
    public void Plan_UpdateWithSurgeOfTwo_StartsTwo() => Steps(Update(3) with { MaxSurge = 2 }, R(1), R(2), R(3)).ShouldBe(["start 2", "start 2"]);

    [Fact]
    public void Plan_NewIsReadyButNotRouted_OldStays() => Steps(Update(2), R(1), R(2), New() with { Routed = false }).ShouldBeEmpty();

    [Fact]
    public void Plan_NewServes_DrainsOneOld() => Steps(Update(2), R(1), R(2), New()).ShouldBe(["drain"]);

    [Fact]
    public void Plan_NewServesButIsStillWatched_OldStays() => Steps(Update(2) with { Watching = true }, R(1), R(2), New()).ShouldBeEmpty();

    [Fact]
    public void Plan_OldCrashesWhileTheNewIsWatched_OldIsReplaced() => Steps(Update(2) with { Watching = true }, R(1), Ended(Now), New()).ShouldBe(["remove", "start 1"]);

    [Fact]
    public void Plan_Paused_StartsAndDrainsNothing()
    {
        Steps(Update(2) with { Paused = true }, R(1), R(2)).ShouldBeEmpty();
        Steps(Update(2) with { Paused = true }, R(1), R(2), New()).ShouldBeEmpty();
    }

    [Fact]
    public void Plan_PausedAndAReplicaEnds_ItsPlaceIsFilled() =>
        Steps(Update(2) with { Paused = true }, R(1), R(2), Ended(Now, revision: 2)).ShouldBe(["remove", "start 2"]);

    [Fact]
    public void Plan_PausedAndScaledIn_DrainsWhatIsAboveTheSurge() => Steps(Update(1) with { Paused = true }, R(1), R(2), New()).ShouldBe(["drain"]);

    [Fact]
    public void Plan_OldIsLeaving_CountsToTheSurge() => Steps(Update(2), R(1), R(2) with { DrainingSince = Now }, New()).ShouldBeEmpty();

    [Fact]
    public void Plan_AllNewServe_DrainsTheLastOld() => Steps(Update(2), R(1), New(1), New(2)).ShouldBe(["drain"]);

    [Fact]
    public void Plan_OldCrashesWhileNewIsNotReady_OldIsReplaced() =>
        Steps(Update(2), R(1), Ended(Now), New() with { Ready = false, Routed = false }).ShouldBe(["remove", "start 1"]);

    [Fact]
    public void Plan_OldCrashesWhenEnoughNewServe_IsOnlyRemoved() => Steps(Update(2), R(1), Ended(Now), New()).ShouldBe(["start 2", "remove"], ignoreOrder: true);

    [Fact]
    public void Plan_ScaleInDuringUpdate_DrainsSurplusOld() => Steps(Update(1), R(1), R(2), R(3)).ShouldBe(["drain", "drain"]);

    [Fact]
    public void Plan_NewWaitsForItsBackoff_IsKept() => Steps(Update(2), R(1), R(2), Ended(Now + TimeSpan.FromSeconds(1), revision: 2)).ShouldBeEmpty();

    [Fact]
    public void Plan_RolledBack_DrainsTheFailedOnesAtOnceAndStartsNothing()
    {
        var record = Given.Updated(Given.Deployment(Given.Manifest(min: 2)));
        var copy = new Fleet.RevisionRecord(3, record.Revision(1).Manifest, record.Revision(1).ManifestText, record.Revision(1).Content) { CopyOf = 1, CreatedAt = Given.Now };
        var back = record with { Wanted = 3, Revisions = record.Revisions.Add(copy), Rollout = record.Rollout! with { State = Fleet.RolloutState.RolledBack } };
        Steps(DeploymentTarget.Of(back), R(1), R(2), New() with { Ready = false, Routed = false }).ShouldBe(["drain"]);
    }

    [Fact]
    public void Plan_Deleting_DrainsAllAndRemovesWhatEnded() =>
        Steps(Target(2) with { Deleting = true }, R(1), Ended(Now)).ShouldBe(["remove", "drain"]);

    [Fact]
    public void Plan_ChangeOfScaleAlone_ReplacesNothing()
    {
        var record = Given.Deployment(Given.Manifest(min: 2));
        var more = Given.Manifest(min: 2, max: 9);
        var changed = Control.Deploying.DeployRule.Deploy(Given.Order(more), record, Given.Now).Record;
        changed.Wanted.ShouldBe(2);
        changed.Rollout.ShouldBeNull();
        Steps(DeploymentTarget.Of(changed), R(1), R(2)).ShouldBeEmpty();
    }

    [Fact]
    public void Forecast_Update_NamesEveryStepInOrder()
    {
        var steps = PlanForecast.Of(new Planner(new Random(1)), Update(2), [R(1), R(2)]);
        steps.Select(Name).ShouldBe(["start 2", "drain", "stop", "remove", "start 2", "drain", "stop", "remove"]);
    }

    private static DeploymentTarget Target(int replicas) => DeploymentTarget.Of(Given.Deployment(Given.Manifest()) with { Replicas = replicas });

    private static DeploymentTarget Update(int replicas) => DeploymentTarget.Of(Given.Updated(Given.Deployment(Given.Manifest())) with { Replicas = replicas });

    private static ObservedReplica R(int age) => Given.Replica(1, age);

    private static ObservedReplica New(int seed = 1) => Given.Replica(2, 1, seed);

    private static ObservedReplica Ended(TimeSpan restartAt, int revision = 1) => Given.Replica(revision, 500) with { Running = false, Ready = false, Routed = false, RestartAt = restartAt };

    private static IReadOnlyList<EngineAction> Plan(DeploymentTarget target, params ObservedReplica[] observed) => new Planner(new Random(1)).Plan(target, observed, Now);

    private static IReadOnlyList<string> Steps(DeploymentTarget target, params ObservedReplica[] observed) => [.. Plan(target, observed).Select(Name)];

    private static string Name(EngineAction action) => action switch
    {
        EngineAction.Start start => $"start {start.Replica.Revision}",
        EngineAction.Drain => "drain",
        EngineAction.Stop => "stop",
        _ => "remove",
    };
}
