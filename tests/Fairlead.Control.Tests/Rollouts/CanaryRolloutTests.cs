using Fairlead.Control.Events;
using Fairlead.Control.Fleet;
using Fairlead.Control.Rollouts;
using Fairlead.Control.Tests.Fakes;
using Fairlead.Core.Manifests;
using Fairlead.Core.Units;

namespace Fairlead.Control.Tests.Rollouts;

public sealed class CanaryRolloutTests : IDisposable
{
    private readonly World _world = new();

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task Canary_GetsItsShareStepByStepAndThenTakesOver()
    {
        await CanaryAsync();
        var shares = new List<double>();

        await _world.UntilAsync(() => _world.Record.Rollout!.State == RolloutState.Complete, TimeSpan.FromSeconds(60), () =>
        {
            if (_world.Record.CanaryShare is not null && Share() is { } share && (shares.Count == 0 || shares[^1] != share)) shares.Add(share);
            if (_world.Record.CanaryShare is not null) _world.Replicas.Count(r => r.State.Revision == 1 && r.Observed.Active).ShouldBe(2);
            _world.Gateway.Routed.Count.ShouldBeGreaterThanOrEqualTo(2);
        });

        shares.ShouldBe([0.05, 0.5]);
        _world.Replicas.ShouldAllBe(r => r.State.Revision == 2);
        _world.EventKinds.ShouldContain(EventKind.RolloutStep);
    }

    [Fact]
    public async Task FailingCanary_IsRolledBackAtOnce()
    {
        await CanaryAsync();
        await _world.UntilAsync(() => Share() is not null);
        await _world.TurnAsync();
        _world.Answered[2] = new RevisionTraffic(4, 3, null);

        await _world.UntilAsync(() => _world.Record.Rollout!.State == RolloutState.RolledBack, TimeSpan.FromSeconds(2));

        _world.Record.Rollout!.Reason.ShouldNotBeNull().ShouldContain("failed 3 of 4 requests");
        await _world.SettledAsync(2);
        _world.Replicas.ShouldAllBe(r => r.State.Revision == 1);
    }

    [Fact]
    public async Task Promote_TakesTheNextStepAtOnceAndTheLastOneTakesOver()
    {
        await CanaryAsync(every: TimeSpan.FromHours(1));
        await _world.UntilAsync(() => Share() == 0.05);
        _world.Deployer.Promote("penguins").Problems.ShouldBeEmpty();
        await _world.UntilAsync(() => Share() == 0.5);
        _world.Deployer.Promote("penguins").Problems.ShouldBeEmpty();

        await _world.UntilAsync(() => _world.Record.Rollout!.State == RolloutState.Complete);
    }

    [Fact]
    public async Task StepsOfACanary_AreNoDelayOfItsDeadline()
    {
        // The deadline of the manifests here is a minute.
        await CanaryAsync(every: TimeSpan.FromHours(1));
        await _world.UntilAsync(() => Share() == 0.05);
        var end = _world.Time.GetUtcNow() + TimeSpan.FromMinutes(2);
        while (_world.Time.GetUtcNow() < end) await _world.TurnAsync();
        _world.Record.UnderWay.ShouldNotBeNull().Step.ShouldBe(0);
    }

    [Fact]
    public async Task NewController_GoesOnAtTheStepThatWasReached()
    {
        await CanaryAsync(every: TimeSpan.FromHours(1));
        await _world.UntilAsync(() => Share() == 0.05);
        _world.Deployer.Promote("penguins").Problems.ShouldBeEmpty();
        _world.KillController();

        await _world.UntilAsync(() => Share() == 0.5);
    }

    /// <summary>What the routes give the new revision of the whole; null while it gets nothing.</summary>
    private double? Share()
    {
        var revisions = _world.Gateway.Snapshot.Deployments.SelectMany(d => d.Revisions).ToList();
        return revisions.Find(r => r.Revision == 2) is { } canary ? (double)canary.Weight / revisions.Sum(r => r.Weight) : null;
    }

    private async Task CanaryAsync(TimeSpan? every = null)
    {
        _world.Deploy(Given.Manifest(min: 2));
        await _world.SettledAsync(2);
        _world.Deploy(Given.Manifest("2", min: 2) with
        {
            Rollout = new RolloutSpec
            {
                Strategy = RolloutStrategy.Canary,
                Steps = [new Share(5), new Share(50)],
                Every = every ?? TimeSpan.FromSeconds(10),
                Judge = new JudgeSpec(ErrorRate: new Share(1)),
                Watch = TimeSpan.FromSeconds(1),
                Deadline = TimeSpan.FromMinutes(1),
            },
        });
    }
}
