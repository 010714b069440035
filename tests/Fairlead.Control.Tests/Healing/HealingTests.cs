using Fairlead.Control.Events;
using Fairlead.Control.Fleet;
using Fairlead.Control.Readiness;
using Fairlead.Control.Tests.Fakes;
using Fairlead.Control.Why;
using Fairlead.Core.Identity;

namespace Fairlead.Control.Tests.Healing;

public sealed class HealingTests : IDisposable
{
    private readonly World _world = new();

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task HungReplica_IsReplacedAndToldWithItsCause()
    {
        await RunningAsync(2);
        var victim = _world.Replicas[0];
        _world.Probe.Set(victim.State.Http, ProbeAnswer.Silence("no answer within 1 s"));

        await _world.UntilAsync(() => _world.Serving == 2 && Gone(victim.State.Id), TimeSpan.FromSeconds(60));

        Told(EventKind.ReplicaSick).ShouldContain("has not answered for 30s");
        Why(victim.State.Id).ShouldContain("has not answered");
    }

    [Fact]
    public async Task ReplicaThatComesBackBeforeThat_IsUsedAgain()
    {
        await RunningAsync(2);
        var victim = _world.Replicas[0];
        _world.Probe.Set(victim.State.Http, ProbeAnswer.Silence("no answer within 1 s"));
        await _world.UntilAsync(() => _world.Serving == 1, TimeSpan.FromSeconds(20));
        await ForAsync(TimeSpan.FromSeconds(15));

        _world.Probe.Set(victim.State.Http, ProbeAnswer.Yes);

        await _world.UntilAsync(() => _world.Serving == 2);
        _world.Replicas.ShouldContain(r => r.State.Id == victim.State.Id && r.Observed.Serving);
    }

    [Fact]
    public async Task ReplicaThatStaysUnready_IsReplacedWhenAnotherServes()
    {
        await RunningAsync(2);
        var victim = _world.Replicas[0];
        _world.Probe.Set(victim.State.Http, ProbeAnswer.No("its database is away"));

        await _world.UntilAsync(() => _world.Serving == 2 && Gone(victim.State.Id), TimeSpan.FromSeconds(90), () => _world.Replicas.Count(r => r.Observed.Running).ShouldBeLessThanOrEqualTo(3));

        Told(EventKind.ReplicaSick).ShouldContain("its database is away");
    }

    [Fact]
    public async Task ReplicaThatTheGatewayKeepsEjecting_IsReplacedAndNoServingOneIsTouchedFirst()
    {
        await RunningAsync(3);
        var victims = _world.Replicas.Take(2).Select(r => r.State.Id).ToList();
        foreach (var victim in victims) _world.Gateway.Shunned[victim.Value] = "5 failed requests running";

        await _world.UntilAsync(() => victims.TrueForAll(Gone) && _world.Serving == 3, TimeSpan.FromSeconds(90), () => _world.Gateway.Routed.Count.ShouldBeGreaterThanOrEqualTo(3));

        Told(EventKind.ReplicaSick).ShouldContain("5 failed requests running");
    }

    [Fact]
    public async Task DeletedReplica_IsFoundReplacedAndTold()
    {
        await RunningAsync(2);
        var victim = _world.Replicas[0].State.Id;

        _world.Engine.Machine.Delete(victim);

        await _world.UntilAsync(() => _world.Serving == 2 && Gone(victim), TimeSpan.FromSeconds(3));
        Told(EventKind.ReplicaLost).ShouldContain("removed by something other than Fairlead");
        Why(victim).ShouldContain("removed by something other");
    }

    [Fact]
    public async Task EngineThatCannotBeAsked_LosesNoReplicaAndNoRoute()
    {
        await RunningAsync(2);
        var before = _world.Replicas.Select(r => r.State.Id.Value).ToList();
        var calls = _world.Engine.Machine.Calls.Count;
        _world.Engine.Away = new HttpRequestException("Connection refused (docker.sock)");

        await ForAsync(TimeSpan.FromMinutes(3));

        _world.Gateway.Routed.ShouldBe(before, ignoreOrder: true);
        _world.Engine.Machine.Calls.Count.ShouldBe(calls);
        var why = Diagnostician.Diagnose(_world.Record, _world.Reconciler.View, new GatewayCondition(true, "127.0.0.1:8080", null));
        why.Findings.ShouldContain(f => f.Code == "FL5246" && f.Summary.Contains("docker.sock"));
        _world.Engine.Away = null;
        await _world.SettledAsync(2);
        _world.EventKinds.ShouldContain(EventKind.EngineAway);
        _world.EventKinds.ShouldContain(EventKind.EngineBack);
    }

    [Fact]
    public async Task EngineThatCameBackWithoutItsReplicas_GetsThemAgain()
    {
        await RunningAsync(2);
        var before = _world.Replicas.Select(r => r.State.Id).ToList();
        _world.Engine.Away = new HttpRequestException("Connection refused");
        await ForAsync(TimeSpan.FromSeconds(5));
        foreach (var replica in before) _world.Engine.Exit(replica, 137);

        _world.Engine.Away = null;

        await _world.UntilAsync(() => _world.Serving == 2 && before.TrueForAll(Gone));
        Told(EventKind.ReplicaExited).ShouldContain("code 137");
    }

    [Fact]
    public async Task NewControllerWhoseEngineCannotBeAsked_LeavesTheRoutesAsTheyAre()
    {
        await RunningAsync(2);
        _world.Engine.Away = new HttpRequestException("Connection refused");
        _world.KillController();

        await ForAsync(TimeSpan.FromSeconds(5));

        _world.Gateway.Routed.Count.ShouldBe(2);
        _world.Engine.Away = null;
        await _world.SettledAsync(2);
    }

    [Fact]
    public async Task UpdateWhileTheEngineCannotBeAsked_IsNotRolledBackForIt()
    {
        await RunningAsync(1);
        _world.Deploy(Given.Manifest("2", min: 1));
        await _world.TurnAsync();
        _world.Engine.Away = new HttpRequestException("Connection refused");
        await ForAsync(TimeSpan.FromSeconds(90));
        _world.Engine.Away = null;

        await _world.UntilAsync(() => _world.Record.Rollout!.State == RolloutState.Complete);
    }

    [Theory]
    [InlineData(3, null, false, "exited with code 3; its last line: no such file")]
    [InlineData(null, "SIGSEGV", false, "was ended by SIGSEGV")]
    [InlineData(null, "SIGKILL", true, "used more memory than its limit")]
    public async Task EndedReplica_IsToldWithItsTrueCause(int? code, string? signal, bool outOfMemory, string told)
    {
        await RunningAsync(2);
        var victim = _world.Replicas[0].State.Id;
        _world.Engine.WriteLog(victim, "no such file");

        _world.Engine.Exit(victim, code, signal, outOfMemory);

        await _world.UntilAsync(() => _world.Serving == 2 && Gone(victim));
        Told(EventKind.ReplicaExited).ShouldContain(told);
        Why(victim).ShouldContain("no such file");
    }

    private bool Gone(ReplicaId id) => _world.Replicas.All(r => r.State.Id != id);

    private string Told(string kind) => string.Join('\n', _world.Store.LatestEvents("penguins", 1000).Where(e => e.Kind == kind).Select(e => e.Message));

    // What is said of a replica that is not there any more.
    private string Why(ReplicaId gone)
    {
        var why = Diagnostician.Diagnose(_world.Record, _world.Reconciler.View, new GatewayCondition(true, "127.0.0.1:8080", null));
        var evidence = why.Findings.Single(f => f.Code == "FL5247").Evidence;
        evidence.ShouldContain(e => e.StartsWith(gone.Value, StringComparison.Ordinal));
        return string.Join('\n', evidence);
    }

    private async Task RunningAsync(int replicas)
    {
        _world.Deploy(Given.Manifest(min: replicas));
        await _world.SettledAsync(replicas);
        _world.Time.Advance(TimeSpan.FromMinutes(2));
        await _world.TurnAsync();
    }

    private async Task ForAsync(TimeSpan span)
    {
        var end = _world.Time.GetUtcNow() + span;
        while (_world.Time.GetUtcNow() < end) await _world.TurnAsync();
    }
}
