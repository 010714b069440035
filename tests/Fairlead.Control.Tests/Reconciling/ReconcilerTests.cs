using Fairlead.Control.Events;
using Fairlead.Control.Fleet;
using Fairlead.Control.Readiness;
using Fairlead.Control.Reconciling;
using Fairlead.Control.Tests.Fakes;
using Fairlead.Core.Results;

namespace Fairlead.Control.Tests.Reconciling;

public sealed class ReconcilerTests : IDisposable
{
    private readonly World _world = new();

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task Deploy_StartsReplicasAndRoutesToThemWhenTheyAreReady()
    {
        _world.Probe.Default = ProbeAnswer.No("loading");
        _world.Deploy(Given.Manifest(min: 2));
        await _world.UntilAsync(() => _world.Replicas.Count == 2);
        _world.Gateway.Routed.ShouldBeEmpty();
        PhaseRule.Of(_world.Record, _world.Reconciler.View).ShouldBe(DeploymentPhase.Progressing);

        _world.Probe.Default = ProbeAnswer.Yes;
        await _world.SettledAsync(2);
        _world.Gateway.Routed.Count.ShouldBe(2);
        PhaseRule.Of(_world.Record, _world.Reconciler.View).ShouldBe(DeploymentPhase.Ready);
        _world.EventKinds.ShouldBe([EventKind.DeploymentCreated, EventKind.RevisionCreated, EventKind.ReplicaStarted, EventKind.ReplicaStarted, EventKind.ReplicaReady, EventKind.ReplicaReady]);
    }

    [Fact]
    public async Task KilledReplica_IsReplacedAtOnce()
    {
        await RunningAsync(2);
        await StableAsync();
        var victim = _world.Replicas[0].State.Id;
        _world.Engine.Exit(victim, null, "SIGKILL");
        await _world.UntilAsync(() => _world.Serving == 2 && _world.Replicas.All(r => r.State.Id != victim), within: TimeSpan.FromSeconds(1));
        _world.EventKinds.ShouldContain(EventKind.ReplicaExited);
        _world.Replicas.ShouldContain(r => r.Restarts == 1);
    }

    [Fact]
    public async Task ReplicaThatCrashesOnStart_IsStartedLessAndLessOften()
    {
        _world.Probe.Default = ProbeAnswer.No("not listening yet");
        _world.Deploy(Given.Manifest(min: 1));
        var starts = 0;
        for (var i = 0; i < 600; i++)
        {
            await _world.TurnAsync();
            foreach (var replica in _world.Replicas.Where(r => r.Observed.Running)) _world.Engine.Exit(replica.State.Id, 3);
            starts = _world.Engine.Machine.Calls.Count(c => c.StartsWith("start", StringComparison.Ordinal));
        }

        // 30 s: at 0, 1, 3, 7, 15 and no more.
        starts.ShouldBeInRange(4, 6);
        PhaseRule.Of(_world.Record, _world.Reconciler.View).ShouldBe(DeploymentPhase.Failed);
    }

    [Fact]
    public async Task Update_KeepsServingAllTheTimeAndEndsWithTheNewRevisionAlone()
    {
        await RunningAsync(3);
        _world.Deploy(Given.Manifest("2", min: 3));
        await _world.UntilAsync(() => _world.Record.Rollout!.State == RolloutState.Complete, each: () =>
        {
            _world.Gateway.Routed.Count.ShouldBeGreaterThanOrEqualTo(3);
            _world.Replicas.Count(r => r.Observed.Running).ShouldBeLessThanOrEqualTo(4);
        });
        _world.Replicas.ShouldAllBe(r => r.State.Revision == 2);
        _world.EventKinds.ShouldContain(EventKind.RolloutCompleted);
    }

    [Fact]
    public async Task UpdateThatNeverGetsReady_IsRolledBackAtItsDeadlineAndTheOldReplicasStay()
    {
        await RunningAsync(2);
        var old = _world.Replicas.Select(r => r.State.Id).ToHashSet();
        _world.Probe.Default = ProbeAnswer.No("golden case 'Adelie 1' answers wrongly");
        foreach (var replica in _world.Replicas) _world.Probe.Set(replica.State.Http, ProbeAnswer.Yes);
        _world.Deploy(Given.Manifest("2", min: 2));
        await _world.UntilAsync(() => _world.Record.Rollout!.State == RolloutState.RolledBack, TimeSpan.FromSeconds(70), () => old.ShouldBeSubsetOf(_world.Gateway.Routed.Select(Core.Identity.ReplicaId.Parse).ToHashSet()));
        _world.Record.Rollout!.Reason.ShouldNotBeNull().ShouldContain("Adelie 1");
        (_world.Record.Wanted, _world.Record.Current.CopyOf, _world.Record.Revision(2).State).ShouldBe((3, 1, RevisionState.Failed));
        await _world.SettledAsync(2);
        _world.Replicas.Select(r => r.State.Id).ToHashSet().SetEquals(old).ShouldBeTrue();
    }

    [Fact]
    public async Task UpdateWhoseModelIsRefused_IsRolledBackAtOnce()
    {
        await RunningAsync(2);
        _world.Probe.Default = ProbeAnswer.No("FL2214: the file is no ONNX model") with { Refused = true };
        foreach (var replica in _world.Replicas) _world.Probe.Set(replica.State.Http, ProbeAnswer.Yes);
        _world.Deploy(Given.Manifest("2", min: 2));

        await _world.UntilAsync(() => _world.Record.Rollout!.State == RolloutState.RolledBack, TimeSpan.FromSeconds(3));

        _world.Record.Rollout!.Reason!.ShouldContain("no ONNX model");
    }

    [Fact]
    public async Task FirstDeployWhoseModelIsRefused_FailsAtOnce()
    {
        _world.Probe.Default = ProbeAnswer.No("FL2214: the file is no ONNX model") with { Refused = true };
        _world.Deploy(Given.Manifest(min: 2));

        await _world.UntilAsync(() => PhaseRule.Of(_world.Record, _world.Reconciler.View) == DeploymentPhase.Failed, TimeSpan.FromSeconds(3));
    }

    [Fact]
    public async Task UpdateThatCrashes_IsRolledBackBeforeItsDeadline()
    {
        await RunningAsync(2);
        _world.Deploy(Given.Manifest("2", min: 2));
        await _world.UntilAsync(() => _world.Record.Rollout!.State == RolloutState.RolledBack, TimeSpan.FromSeconds(20), () =>
        {
            foreach (var replica in _world.Replicas.Where(r => r.State.Revision == 2 && r.Observed.Running)) _world.Engine.Exit(replica.State.Id, 7);
        });
        _world.Record.Rollout!.Reason.ShouldNotBeNull().ShouldContain("exited with code 7");
    }

    [Fact]
    public async Task ScaleIn_WaitsForRequestsInFlight()
    {
        await RunningAsync(2);
        foreach (var replica in _world.Replicas) _world.Gateway.InFlight[replica.State.Id.Value] = 1;
        _world.Deployer.Scale("penguins", 1).IsOk.ShouldBeTrue();
        await _world.UntilAsync(() => _world.Gateway.Routed.Count == 1);
        for (var i = 0; i < 20; i++) await _world.TurnAsync();
        _world.Replicas.Count.ShouldBe(2);
        _world.Gateway.InFlight.Clear();
        await _world.SettledAsync(1);
    }

    [Fact]
    public async Task NewController_KeepsTheSameReplicasAndNeverTakesTheirRoutesAway()
    {
        await RunningAsync(2);
        var before = _world.Replicas.Select(r => r.State.Id).ToHashSet();
        _world.KillController();
        await _world.UntilAsync(() => _world.Serving == 2, each: () => _world.Gateway.Routed.Count.ShouldBe(2));
        _world.Replicas.Select(r => r.State.Id).ToHashSet().SetEquals(before).ShouldBeTrue();
        _world.EventKinds.ShouldContain(EventKind.Adopted);
    }

    [Fact]
    public async Task NewControllerInTheMiddleOfAnUpdate_FinishesIt()
    {
        await RunningAsync(3);
        _world.Deploy(Given.Manifest("2", min: 3));
        await _world.UntilAsync(() => _world.Replicas.Any(r => r.State.Revision == 2));
        _world.KillController();
        await _world.UntilAsync(() => _world.Record.Rollout!.State == RolloutState.Complete && _world.Replicas.Count == 3, each: () => _world.Gateway.Routed.Count.ShouldBeGreaterThanOrEqualTo(3));
        _world.Replicas.ShouldAllBe(r => r.State.Revision == 2);
    }

    [Fact]
    public async Task ReplicaOfNoDeployment_IsStoppedAndRemoved()
    {
        await RunningAsync(1);
        _world.Store.Change(new Control.Store.StateChange { Removed = _world.Record.Name });
        await _world.UntilAsync(() => _world.Reconciler.View.Replicas.Count == 0);
        _world.EventKinds.ShouldContain(EventKind.OrphanStopped);
    }

    [Fact]
    public async Task Remove_DrainsStopsAndForgets()
    {
        await RunningAsync(2);
        _world.Deployer.Remove("penguins").IsOk.ShouldBeTrue();
        await _world.UntilAsync(() => _world.Store.Deployments.Count == 0);
        _world.Gateway.Snapshot.Deployments.SelectMany(d => d.Revisions).ShouldBeEmpty();
        _world.EventKinds.ShouldContain(EventKind.DeploymentRemoved);
    }

    [Fact]
    public async Task RestartedGateway_GetsTheRoutesAgain()
    {
        await RunningAsync(2);
        _world.Gateway.Alive = false;
        await _world.UntilAsync(() => _world.Reconciler.View.Gateway.State is null);
        _world.Gateway.Snapshot = new(0, []);
        _world.Gateway.Alive = true;
        await _world.UntilAsync(() => _world.Gateway.Routed.Count == 2 && _world.Serving == 2);
    }

    [Fact]
    public async Task WithoutAGateway_AnUpdateTouchesNoOldReplica()
    {
        await RunningAsync(2);
        _world.Gateway.Alive = false;
        _world.Deploy(Given.Manifest("2", min: 2));
        for (var i = 0; i < 40; i++) await _world.TurnAsync();
        _world.Replicas.Count(r => r.State.Revision == 1 && r.Observed.Active).ShouldBe(2);
    }

    [Fact]
    public async Task FullDisk_DoesNotKeepAKilledReplicaFromBeingReplaced()
    {
        await RunningAsync(2);
        await StableAsync();
        _world.Store.BeforeCommit = () => throw new IOException("No space left on device");
        _world.Engine.Exit(_world.Replicas[0].State.Id, 1);
        for (var i = 0; i < 10; i++)
        {
            try
            {
                await _world.TurnAsync();
            }
            catch (Control.Store.StateException)
            {
                // The loop tells of it and goes on.
            }
        }

        _world.Store.BeforeCommit = null;
        await _world.SettledAsync(2);
        _world.EventKinds.ShouldContain(EventKind.ReplicaExited);
    }

    [Fact]
    public async Task ReplicasOfOnePlan_AreStartedAtOnce()
    {
        var begun = 0;
        var both = new TaskCompletionSource();
        _world.Engine.WhileStarting = _ =>
        {
            if (Interlocked.Increment(ref begun) == 2) both.SetResult();
            return both.Task;
        };
        _world.Deploy(Given.Manifest(min: 2));

        // Would wait for ever if the second start waited for the first.
        await _world.SettledAsync(2);
    }

    [Fact]
    public async Task StartsThatAreRefusedTogether_CountOnce()
    {
        _world.Engine.OnStart = _ => new Problem("FL3999", "No port is free.", "Free one.");
        _world.Deploy(Given.Manifest(min: 3));

        await _world.TurnAsync();

        _world.EventKinds.Count(k => k == EventKind.ReplicaStartFailed).ShouldBe(1);
    }

    [Fact]
    public async Task EngineThatRefusesToStart_IsAskedAgainWithGrowingWaits()
    {
        _world.Engine.OnStart = _ => new Problem("FL3999", "No port is free.", "Free one.");
        _world.Deploy(Given.Manifest(min: 2));
        for (var i = 0; i < 200; i++) await _world.TurnAsync();
        _world.Engine.Machine.Calls.Count.ShouldBeInRange(3, 5);
        _world.Reconciler.View.StartProblems[_world.Record.Name].ShouldHaveSingleItem().Code.ShouldBe("FL3999");
        _world.Engine.OnStart = _ => null;
        await _world.SettledAsync(2);
    }

    [Fact]
    public async Task ClockThatJumpsAnHour_ChangesNothing()
    {
        await RunningAsync(2);
        var before = _world.Replicas.Select(r => r.State.Id).ToHashSet();
        _world.Time.SetClockBy(TimeSpan.FromHours(1));
        for (var i = 0; i < 20; i++) await _world.TurnAsync();
        _world.Time.SetClockBy(TimeSpan.FromHours(-2));
        for (var i = 0; i < 20; i++) await _world.TurnAsync();
        _world.Replicas.Select(r => r.State.Id).ToHashSet().SetEquals(before).ShouldBeTrue();
    }

    [Fact]
    public async Task NothingChanges_NothingIsWritten()
    {
        await RunningAsync(2);
        var writes = 0;
        _world.Store.BeforeCommit = () => writes++;
        for (var i = 0; i < 40; i++) await _world.TurnAsync();
        writes.ShouldBe(0);
        _world.Gateway.Pushed.Count.ShouldBeLessThanOrEqualTo(4);
    }

    private async Task RunningAsync(int replicas)
    {
        _world.Deploy(Given.Manifest(min: replicas));
        await _world.SettledAsync(replicas);
    }

    private async Task StableAsync()
    {
        _world.Time.Advance(TimeSpan.FromMinutes(2));
        await _world.TurnAsync();
    }
}
