using Fairlead.Control.Events;
using Fairlead.Control.Fleet;
using Fairlead.Control.Readiness;
using Fairlead.Control.Reconciling;
using Fairlead.Control.Tests.Fakes;
using Fairlead.Core.Identity;
using Fairlead.Core.Manifests;

namespace Fairlead.Control.Tests.Rollouts;

public sealed class RolloutTests : IDisposable
{
    private static readonly TimeSpan Watch = TimeSpan.FromSeconds(10);

    private readonly World _world = new();

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task RevisionThatCrashesAfterFiveSeconds_IsRolledBackAndTheOldReplicasServeThroughout()
    {
        var old = await RunningAsync(2);
        _world.Deploy(Watched("2"));

        await _world.UntilAsync(() => _world.Record.Rollout!.State == RolloutState.RolledBack, TimeSpan.FromSeconds(60), () =>
        {
            foreach (var replica in New().Where(r => r.Observed.Running && _world.Time.GetUtcNow() - r.State.StartedAt >= TimeSpan.FromSeconds(5))) _world.Engine.Exit(replica.State.Id, 7);
            old.ShouldBeSubsetOf(_world.Gateway.Routed);
        });

        _world.Record.Rollout!.Reason.ShouldNotBeNull().ShouldContain("exited with code 7");
        await _world.SettledAsync(2);
        _world.Replicas.Select(r => r.State.Id.Value).ShouldBe(old, ignoreOrder: true);
    }

    [Fact]
    public async Task RevisionThatServesWell_TakesOverWhenTheWatchHasPassedAndNoSooner()
    {
        var old = await RunningAsync(3);
        _world.Deploy(Watched("2", 3));
        await _world.UntilAsync(() => New().Any(r => r.Observed.Serving));
        var began = _world.Time.GetUtcNow();

        await _world.UntilAsync(() => _world.Gateway.Routed.Intersect(old).Count() < 3, TimeSpan.FromSeconds(20));
        (_world.Time.GetUtcNow() - began).ShouldBeGreaterThanOrEqualTo(Watch);
        // The others follow without a watch of their own.
        await _world.UntilAsync(() => _world.Record.Rollout!.State == RolloutState.Complete, TimeSpan.FromSeconds(3));
    }

    [Fact]
    public async Task ReplicaThatFailsOnceInTheWatch_BeginsItAgain()
    {
        var old = await RunningAsync(1);
        _world.Deploy(Watched("2", 1));
        await _world.UntilAsync(() => New().Any(r => r.Observed.Serving));
        await ForAsync(TimeSpan.FromSeconds(8));
        _world.Engine.Exit(New()[0].State.Id, 1);
        await ForAsync(TimeSpan.FromSeconds(8));
        _world.Gateway.Routed.ShouldContain(old[0]);

        await _world.UntilAsync(() => _world.Record.Rollout!.State == RolloutState.Complete, TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task ReplicaThatKeepsComingAndGoing_IsRolledBackAtTheDeadline()
    {
        var old = await RunningAsync(1);
        _world.Deploy(Watched("2", 1) with { Rollout = new RolloutSpec { Deadline = TimeSpan.FromSeconds(20), Watch = Watch } });
        var turn = 0;

        await _world.UntilAsync(() => _world.Record.Rollout!.State == RolloutState.RolledBack, TimeSpan.FromSeconds(60), () =>
        {
            foreach (var replica in New()) _world.Probe.Set(replica.State.Http, turn++ / 60 % 2 == 0 ? ProbeAnswer.Yes : ProbeAnswer.No("its database is away"));
            old.ShouldBeSubsetOf(_world.Gateway.Routed);
        });

        _world.Record.Rollout!.Reason.ShouldNotBeNull().ShouldContain("its database is away");
    }

    [Fact]
    public async Task PausedUpdate_StaysAsItIsAndGoesOnWhenItIsResumed()
    {
        var old = await RunningAsync(2);
        _world.Deploy(Given.Manifest("2", min: 2));
        await _world.UntilAsync(() => New().Count > 0);
        _world.Deployer.Pause("penguins").IsOk.ShouldBeTrue();
        // Far past watch and deadline.
        await ForAsync(TimeSpan.FromSeconds(90));
        (New().Count, _world.Record.UnderWay?.Paused).ShouldBe((1, true));
        old.ShouldBeSubsetOf(_world.Gateway.Routed);

        _world.Deployer.Resume("penguins").IsOk.ShouldBeTrue();
        await _world.UntilAsync(() => _world.Record.Rollout!.State == RolloutState.Complete);
        _world.EventKinds.ShouldContain(EventKind.RolloutPaused);
        _world.EventKinds.ShouldContain(EventKind.RolloutResumed);
    }

    [Fact]
    public async Task PausedUpdate_IsStillPausedForANewController()
    {
        await RunningAsync(2);
        _world.Deploy(Given.Manifest("2", min: 2));
        _world.Deployer.Pause("penguins").IsOk.ShouldBeTrue();

        _world.KillController();

        _world.Record.UnderWay.ShouldNotBeNull().Paused.ShouldBeTrue();
    }

    [Fact]
    public async Task AbortedUpdate_GoesBackToTheReplicasThatWereThere()
    {
        var old = await RunningAsync(2);
        _world.Deploy(Watched("2"));
        await _world.UntilAsync(() => New().Any(r => r.Observed.Serving));

        _world.Deployer.Abort("penguins", _world.Reconciler.View).IsOk.ShouldBeTrue();

        await _world.SettledAsync(2);
        _world.Replicas.Select(r => r.State.Id.Value).ShouldBe(old, ignoreOrder: true);
        (_world.Record.Rollout!.State, _world.Record.Revision(2).State).ShouldBe((RolloutState.RolledBack, RevisionState.Failed));
    }

    [Fact]
    public async Task RollbackByHand_RunsWhatServedBeforeAndIsNotWatched()
    {
        await RunningAsync(2);
        _world.Deploy(Given.Manifest("2", min: 2));
        await _world.UntilAsync(() => _world.Record.Rollout!.State == RolloutState.Complete);
        _world.Deploy(Watched("3"));
        await _world.UntilAsync(() => _world.Record.Rollout is { To: 3, State: RolloutState.Complete }, TimeSpan.FromSeconds(20));

        _world.Deployer.RollBack("penguins", 1).IsOk.ShouldBeTrue();

        await _world.UntilAsync(() => _world.Record.Rollout is { To: 4, State: RolloutState.Complete }, TimeSpan.FromSeconds(5), () => _world.Gateway.Routed.Count.ShouldBeGreaterThanOrEqualTo(2));
        (_world.Record.Wanted, _world.Record.Current.CopyOf, _world.Record.Current.Manifest.Version).ShouldBe((4, 1, "1"));
    }

    [Fact]
    public async Task RollbackWithoutARevision_GoesToTheLastThatServed()
    {
        await RunningAsync(1);
        _world.Deploy(Given.Manifest("2", min: 1));
        _world.Deployer.Abort("penguins", _world.Reconciler.View).IsOk.ShouldBeTrue();
        _world.Deploy(Given.Manifest("3", min: 1));
        await _world.UntilAsync(() => _world.Record.Rollout!.State == RolloutState.Complete);

        _world.Deployer.RollBack("penguins", null).IsOk.ShouldBeTrue();

        _world.Record.Current.Manifest.Version.ShouldBe("1");
    }

    [Fact]
    public async Task WhatCannotBeDone_IsRefusedWithItsCode()
    {
        await RunningAsync(1);
        Code(_world.Deployer.Pause("penguins")).ShouldBe("FL5240");
        Code(_world.Deployer.Resume("penguins")).ShouldBe("FL5240");
        Code(_world.Deployer.Abort("penguins", _world.Reconciler.View)).ShouldBe("FL5240");
        Code(_world.Deployer.RollBack("penguins", 9)).ShouldBe("FL5242");
        Code(_world.Deployer.RollBack("penguins", null)).ShouldBe("FL5243");
        Code(_world.Deployer.RollBack("penguins", 1)).ShouldBe("FL5244");
        _world.Deploy(Given.Manifest("2", min: 1));
        Code(_world.Deployer.Promote("penguins")).ShouldBe("FL5241");
    }

    [Fact]
    public async Task ChangeOfConfigurationAlone_RollsWithTheSameContent()
    {
        var old = await RunningAsync(2);
        _world.Deploy(Given.Manifest("1", min: 2, env: ("LOG_LEVEL", "debug")));
        await _world.UntilAsync(() => _world.Record.Rollout is { To: 2, State: RolloutState.Complete }, each: () => _world.Gateway.Routed.Count.ShouldBeGreaterThanOrEqualTo(2));

        _world.Record.Current.Content.ShouldBe(_world.Record.Revision(1).Content);
        _world.Replicas.Select(r => r.State.Id.Value).ShouldNotContain(id => old.Contains(id));
        _world.Replicas.ShouldAllBe(r => _world.Engine.Machine.SpecOf(r.State.Id)!.Environment["LOG_LEVEL"] == "debug");
    }

    private static string Code(Core.Results.Result<Control.Deploying.Deployed> refused) => refused.Problems.ShouldHaveSingleItem().Code;

    private static Manifest Watched(string version, int min = 2) => Given.Manifest(version, min: min) with { Rollout = new RolloutSpec { Watch = Watch, Deadline = TimeSpan.FromSeconds(60) } };

    private List<SeenReplica> New() => [.. _world.Replicas.Where(r => r.State.Revision == 2)];

    private async Task<IReadOnlyList<string>> RunningAsync(int replicas)
    {
        _world.Deploy(Given.Manifest(min: replicas));
        await _world.SettledAsync(replicas);
        return [.. _world.Replicas.Select(r => r.State.Id.Value)];
    }

    private async Task ForAsync(TimeSpan span)
    {
        var end = _world.Time.GetUtcNow() + span;
        while (_world.Time.GetUtcNow() < end) await _world.TurnAsync();
    }
}
