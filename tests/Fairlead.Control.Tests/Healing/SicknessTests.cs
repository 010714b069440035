using Fairlead.Control.Healing;
using Fairlead.Control.Readiness;

namespace Fairlead.Control.Tests.Healing;

public sealed class SicknessTests
{
    private static readonly (TimeSpan Request, TimeSpan Start) Limits = (TimeSpan.FromSeconds(2), TimeSpan.FromMinutes(2));

    [Fact]
    public void Of_Well_IsNone() => Of(Ready(), At(1000)).ShouldBeNull();

    [Fact]
    public void Of_SilentForHalfAMinute_Hangs()
    {
        var silent = Ready().After(ProbeAnswer.Silence("no answer"), At(10));
        Of(silent, At(39)).ShouldBeNull();
        Of(silent, At(40)).ShouldNotBeNull().ShouldBe(new Sickness(true, "has not answered for 30s"));
    }

    [Fact]
    public void Of_SilentAndThenAnswering_IsWell() =>
        Of(Ready().After(ProbeAnswer.Silence("no answer"), At(10)).After(ProbeAnswer.Yes, At(39)), At(60)).ShouldBeNull();

    [Fact]
    public void Of_SilentNoLongerThanARequestMayTake_IsLeftAlone()
    {
        var silent = Ready().After(ProbeAnswer.Silence("no answer"), At(0));
        Sickness.Of(silent, null, (TimeSpan.FromSeconds(60), TimeSpan.FromMinutes(2)), At(69)).ShouldBeNull();
        Sickness.Of(silent, null, (TimeSpan.FromSeconds(60), TimeSpan.FromMinutes(2)), At(70)).ShouldNotBeNull().Hung.ShouldBeTrue();
    }

    [Fact]
    public void Of_SilentWhileItStarts_MayTakeAsLongAsItsUpdate()
    {
        var silent = new ReplicaHealth().After(ProbeAnswer.Silence("no answer"), At(0));
        Of(silent, At(119)).ShouldBeNull();
        Of(silent, At(120)).ShouldNotBeNull().Hung.ShouldBeTrue();
    }

    [Fact]
    public void Of_NotReadyForAMinuteAfterItWas_IsSickWithItsReason()
    {
        var unready = Ready().After(ProbeAnswer.No("its database is away"), At(10));
        Of(unready, At(69)).ShouldBeNull();
        Of(unready, At(70)).ShouldBe(new Sickness(false, "has not been ready for 1m: its database is away"));
    }

    [Fact]
    public void Of_NeverReady_IsTheUpdatesToJudge() => Of(new ReplicaHealth().After(ProbeAnswer.No("loading"), At(0)), At(10_000)).ShouldBeNull();

    [Fact]
    public void Of_EjectedForLongerThanOnce_IsSick()
    {
        Sickness.Of(Ready(), (At(0), "5 answers of 500 running"), Limits, At(44)).ShouldBeNull();
        Sickness.Of(Ready(), (At(0), "5 answers of 500 running"), Limits, At(45)).ShouldNotBeNull().Reason.ShouldContain("5 answers of 500 running");
    }

    private static Sickness? Of(ReplicaHealth health, TimeSpan now) => Sickness.Of(health, null, Limits, now);

    private static ReplicaHealth Ready() => new ReplicaHealth().After(ProbeAnswer.Yes, TimeSpan.Zero);

    private static TimeSpan At(int seconds) => TimeSpan.FromSeconds(seconds);
}
