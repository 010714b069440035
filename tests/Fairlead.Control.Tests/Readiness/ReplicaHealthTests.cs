using Fairlead.Control.Readiness;

namespace Fairlead.Control.Tests.Readiness;

public sealed class ReplicaHealthTests
{
    private static readonly TimeSpan Now = TimeSpan.FromSeconds(1);

    [Fact]
    public void AnswerOfNo_MakesItNotReadyAtOnceWithItsReason()
    {
        var health = Ready().After(ProbeAnswer.No("model lost"), Now);
        (health.Ready, health.Reason, health.WasReady).ShouldBe((false, "model lost", true));
    }

    [Fact]
    public void OneSilence_IsForgiven() => Ready().After(ProbeAnswer.Silence("late"), Now).Ready.ShouldBeTrue();

    [Fact]
    public void ThreeSilencesRunning_MakeItNotReady()
    {
        var health = Ready();
        for (var i = 0; i < 3; i++) health = health.After(ProbeAnswer.Silence("late"), Now);
        (health.Ready, health.Reason).ShouldBe((false, "late"));
    }

    [Fact]
    public void AnAnswerBetweenSilences_CountsThemAnew()
    {
        var health = Ready();
        for (var i = 0; i < 10; i++) health = health.After(ProbeAnswer.Silence("late"), Now).After(ProbeAnswer.Yes, Now);
        health.Ready.ShouldBeTrue();
    }

    [Fact]
    public void WhileItStarts_ItIsAskedOftenAndThenEverySecond()
    {
        new ReplicaHealth().NextAfter(TimeSpan.Zero).ShouldBe(ReplicaHealth.FirstInterval);
        new ReplicaHealth().NextAfter(TimeSpan.FromSeconds(10)).ShouldBe(ReplicaHealth.StartingInterval);
        new ReplicaHealth().NextAfter(TimeSpan.FromMinutes(2)).ShouldBe(ReplicaHealth.Interval);
        Ready().NextAfter(TimeSpan.Zero).ShouldBe(ReplicaHealth.Interval);
    }

    private static ReplicaHealth Ready() => new ReplicaHealth().After(ProbeAnswer.Yes, TimeSpan.Zero);
}
