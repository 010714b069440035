using Fairlead.Api.Wire;
using Fairlead.Cli.Deploying;

namespace Fairlead.Cli.Tests.Deploying;

public sealed class ReadinessTests
{
    private static readonly DateTimeOffset Then = DateTimeOffset.UnixEpoch;

    [Fact]
    public void Of_AllReady_IsReady() => Readiness.Of(Status("ready", 2, 2), 3).ShouldBeOfType<Readiness.Ready>();

    [Fact]
    public void Of_GoneIdleMeanwhile_IsReady() => Readiness.Of(Status("idle", 0, 0), 3).ShouldBeOfType<Readiness.Ready>();

    [Fact]
    public void Of_UpdateStillRunning_Waits() =>
        Readiness.Of(Status("ready", 2, 2) with { Rollout = new RolloutStatus(2, 3, "progressing", Then, null, null, 0, 0) }, 3).ShouldBe(new Readiness.Waiting("2 of 2 ready"));

    [Fact]
    public void Of_Starting_TellsTheReplicasOwnReasons() =>
        Readiness.Of(Status("progressing", 1, 2, ("p-3-aaaaa", "ready", null), ("p-3-bbbbb", "starting", "loading model")), 3)
            .ShouldBe(new Readiness.Waiting("1 of 2 ready; p-3-bbbbb starting: loading model"));

    [Fact]
    public void Of_RolledBack_FailsWithItsReason() =>
        Readiness.Of(Status("ready", 2, 2) with { Revision = 4, Rollout = new RolloutStatus(2, 3, "rolled_back", Then, Then, "golden answers differ", 0, 0) }, 3)
            .ShouldBe(new Readiness.Failed("revision 3 was rolled back: golden answers differ."));

    [Fact]
    public void Of_AnotherDeployCameBetween_Fails() => Readiness.Of(Status("ready", 2, 2) with { Revision = 5 }, 3).ShouldBe(new Readiness.Failed("revision 5 has taken its place."));

    [Fact]
    public void Of_Failed_TellsWhy() =>
        Readiness.Of(Status("failed", 0, 1, ("p-3-aaaaa", "waiting", "exit code 3")), 3).ShouldBe(new Readiness.Failed("p-3-aaaaa waiting: exit code 3"));

    [Fact]
    public void Of_ReplicasThatSayTheSame_TellsItOnce() =>
        Readiness.Of(Status("failed", 0, 2, ("p-3-aaaaa", "waiting", "boom"), ("p-3-bbbbb", "waiting", "boom")), 3).ShouldBe(new Readiness.Failed("2 replicas waiting: boom"));

    private static DeploymentStatus Status(string phase, int ready, int desired, params (string Id, string Phase, string? Reason)[] replicas) => new(
        "p", "1", "process", phase, 3, desired, ready, Then, [], null, new TrafficStatus(null, null, null, 0, 0, 0), null,
        [.. replicas.Select(r => new ReplicaStatus(r.Id, 3, r.Phase, r.Reason, "a", "1", Then, 0, null, null, 0, []))]);
}
