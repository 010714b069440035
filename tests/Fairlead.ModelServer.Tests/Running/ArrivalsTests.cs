using Fairlead.ModelServer.Running;
using Fairlead.Testing.Time;

namespace Fairlead.ModelServer.Tests.Running;

public sealed class ArrivalsTests
{
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public void BodyOnItsWay_CountsUntilItIsThere()
    {
        var arrivals = new Arrivals(_time);
        var (first, second) = (arrivals.Enter(), arrivals.Enter());
        arrivals.Count.ShouldBe(2);
        arrivals.Leave(first);
        _time.Advance(TimeSpan.FromMilliseconds(100));
        arrivals.Count.ShouldBe(1);
        arrivals.Leave(second);
        arrivals.Count.ShouldBe(0);
    }

    [Fact]
    public void SlowSender_HoldsNoPlaceAndTakesNoneAwayWhenItIsDone()
    {
        var arrivals = new Arrivals(_time);
        var slow = arrivals.Enter();
        _time.Advance(TimeSpan.FromMilliseconds(200));
        arrivals.Count.ShouldBe(0);
        arrivals.Enter();
        arrivals.Leave(slow);
        arrivals.Count.ShouldBe(1);
    }
}
