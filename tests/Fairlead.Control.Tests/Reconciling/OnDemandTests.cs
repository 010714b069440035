using Fairlead.Control.Events;
using Fairlead.Control.Fleet;
using Fairlead.Control.Readiness;
using Fairlead.Control.Reconciling;
using Fairlead.Control.Tests.Fakes;
using Fairlead.Control.Why;
using Fairlead.Core.Manifests;
using Fairlead.Core.Routing;

namespace Fairlead.Control.Tests.Reconciling;

/// <summary>A deployment that goes to zero and comes back, with the real reconciler and state file.</summary>
public sealed class OnDemandTests : IDisposable
{
    private readonly World _world = new();

    [Fact]
    public async Task FirstDeploy_StartsOneToShowThatItCan()
    {
        _world.Deploy(OnDemand());
        await _world.SettledAsync(serving: 1);
        _world.Record.Replicas.ShouldBe(1);
        Hold.ShouldBe(new HoldRoute(true, null));
    }

    [Fact]
    public async Task BeforeItHasShownThat_ItIsNotReadyAtTheGateway()
    {
        _world.Probe.Default = ProbeAnswer.No("loading");
        _world.Deploy(OnDemand());
        await _world.UntilAsync(() => _world.Gateway.Pushed.Count > 0);
        Hold.ShouldBe(new HoldRoute(false, null));
    }

    [Fact]
    public async Task AtZero_ItIsIdle_ItsVersionIsRouted_AndNothingIsAmiss()
    {
        await ToZeroAsync();
        PhaseRule.Of(_world.Record, _world.Reconciler.View).ShouldBe(DeploymentPhase.Idle);
        Hold.ShouldBe(new HoldRoute(true, null));
        Route.Revisions.ShouldHaveSingleItem().ShouldSatisfyAllConditions(r => r.Version.ShouldBe("1"), r => r.Replicas.ShouldBeEmpty());
        var why = Why();
        why.Healthy.ShouldBeTrue();
        why.Summary.ShouldContain("it starts at the first request");
        why.Findings.ShouldHaveSingleItem().Code.ShouldBe("FL5270");
    }

    [Fact]
    public async Task NewsFromTheGateway_StartsOneInTheNextTurn()
    {
        await ToZeroAsync();
        await HearAsync("penguins");
        await _world.TurnAsync();
        _world.Replicas.ShouldHaveSingleItem();
        _world.EventKinds.ShouldContain(EventKind.Woken);
        await _world.SettledAsync(serving: 1);
        _world.Record.ReplicasByHand.ShouldBeFalse();
    }

    [Fact]
    public async Task NewsOfAnotherDeployment_StartsNone()
    {
        await ToZeroAsync();
        await HearAsync("others");
        await _world.TurnAsync();
        _world.Replicas.ShouldBeEmpty();
    }

    [Fact]
    public async Task AControllerThatComesWhileRequestsWait_FindsOutFromTheGatewaysState()
    {
        await ToZeroAsync();
        _world.KillController();
        _world.Gateway.Held["penguins"] = 3;
        await _world.UntilAsync(() => _world.Serving == 1);
    }

    [Fact]
    public async Task ADeploymentWithoutMinZero_StaysAtZeroByHand()
    {
        _world.Deploy(Given.Manifest(min: 1));
        await _world.SettledAsync(serving: 1);
        _world.Deployer.Scale("penguins", 0).IsOk.ShouldBeTrue();
        await _world.UntilAsync(() => _world.Replicas.Count == 0);
        _world.Gateway.Held["penguins"] = 1;
        await _world.TurnAsync();
        await _world.TurnAsync();
        _world.Replicas.ShouldBeEmpty();
        Route.Hold.ShouldBeNull();
        PhaseRule.Of(_world.Record, _world.Reconciler.View).ShouldBe(DeploymentPhase.Ready);
        Why().Findings.ShouldContain(f => f.Code == "FL5110");
    }

    [Fact]
    public async Task ADryRun_IsNotWoken()
    {
        _world.Deploy(OnDemand() with { Scale = OnDemand().Scale with { DryRun = true } });
        await _world.SettledAsync(serving: 1);
        Route.Hold.ShouldBeNull();
    }

    [Fact]
    public async Task AnUpdateAtZero_ShowsThatItCan_AndIsComplete()
    {
        await ToZeroAsync();
        _world.Deploy(OnDemand("2"));
        _world.Record.Replicas.ShouldBe(1);
        await _world.SettledAsync(serving: 1);
        _world.Record.Rollout.ShouldNotBeNull().State.ShouldBe(RolloutState.Complete);
        _world.Replicas.ShouldHaveSingleItem().State.Revision.ShouldBe(2);
    }

    [Fact]
    public async Task AnUpdateAtZero_ThatCannotStart_IsRolledBack_AndTheOldOneShowsThatItCan()
    {
        await ToZeroAsync();
        _world.Probe.Default = ProbeAnswer.No("the golden answer is wrong") with { Refused = true };
        _world.Deploy(OnDemand("2"));
        await _world.UntilAsync(() => _world.Record.Rollout is { State: RolloutState.RolledBack });
        _world.Probe.Default = ProbeAnswer.Yes;
        await _world.UntilAsync(() => _world.Serving == 1 && _world.Replicas.Count == 1);
        _world.Record.Current.Manifest.Version.ShouldBe("1");
    }

    [Fact]
    public async Task ARollbackAtZero_ShowsThatItCan()
    {
        await ToZeroAsync();
        _world.Deploy(OnDemand("2"));
        await _world.SettledAsync(serving: 1);
        _world.Deployer.Scale("penguins", 0).IsOk.ShouldBeTrue();
        await _world.UntilAsync(() => _world.Replicas.Count == 0);
        _world.Deployer.RollBack("penguins", null).IsOk.ShouldBeTrue();
        await _world.SettledAsync(serving: 1);
        _world.Record.Current.Manifest.Version.ShouldBe("1");
    }

    [Fact]
    public async Task AChangeOfScaleAlone_StartsNothing()
    {
        await ToZeroAsync();
        _world.Deploy(OnDemand() with { Scale = OnDemand().Scale with { Cooldown = TimeSpan.FromMinutes(5) } });
        await _world.TurnAsync();
        _world.Replicas.ShouldBeEmpty();
    }

    [Fact]
    public async Task AReplicaThatDoesNotStart_IsTheTroubleThatWaitingRequestsAreTold_AndWhyNamesIt()
    {
        await ToZeroAsync();
        _world.Probe.Default = ProbeAnswer.No("opset 99 is not known") with { Refused = true };
        _world.Gateway.Held["penguins"] = 2;
        await _world.UntilAsync(() => Hold?.Trouble is not null);
        Hold.ShouldBe(new HoldRoute(false, "its model is refused: opset 99 is not known"));
        Why().Findings.ShouldContain(f => f.Code == "FL5271" && f.Summary.Contains("2 requests wait") && f.Summary.Contains("opset 99"));
    }

    public void Dispose() => _world.Dispose();

    private DeploymentRoute Route => _world.Gateway.Snapshot.Deployments.Single();

    private HoldRoute? Hold => Route.Hold;

    private static Manifest OnDemand(string version = "1") => Given.Manifest(version) with { Scale = new ScaleSpec { Min = 0, Targets = new ScaleTargets(InFlight: 8) } };

    private async Task ToZeroAsync()
    {
        _world.Deploy(OnDemand());
        await _world.SettledAsync(serving: 1);
        _world.Deployer.Scale("penguins", 0).IsOk.ShouldBeTrue();
        await _world.UntilAsync(() => _world.Replicas.Count == 0);
        await _world.TurnAsync();
    }

    private async Task HearAsync(string deployment)
    {
        await _world.Gateway.News.Writer.WriteAsync(new GatewayWaiting(1, [deployment]));
        (await _world.Reconciler.Listener.AskAsync(-1, CancellationToken.None)).ShouldBe(1);
    }

    private Diagnosis Why() => Diagnostician.Diagnose(_world.Record, _world.Reconciler.View, new GatewayCondition(true, "127.0.0.1:8080", null));
}
