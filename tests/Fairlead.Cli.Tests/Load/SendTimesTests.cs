using Fairlead.Cli.Load;

namespace Fairlead.Cli.Tests.Load;

public sealed class SendTimesTests
{
    [Fact]
    public void Constant_IsEvenAndDoesNotDrift()
    {
        SendTimes.Constant(3).ElementAt(3_000_000).ShouldBe(TimeSpan.FromSeconds(1_000_000));
        SendTimes.Constant(4).Take(3).ShouldBe([TimeSpan.Zero, TimeSpan.FromMilliseconds(250), TimeSpan.FromMilliseconds(500)]);
    }

    [Fact]
    public void Poisson_HasTheRateAndTheSpreadOfIndependentUsers()
    {
        var perSecond = SendTimes.For(SendTimes.Poisson(50, new Random(7)), TimeSpan.FromSeconds(2000)).GroupBy(at => (int)at.TotalSeconds).Select(g => (double)g.Count()).ToList();

        var mean = perSecond.Average();
        mean.ShouldBe(50, 1);
        // Variance and mean of a Poisson count are equal.
        perSecond.Average(n => (n - mean) * (n - mean)).ShouldBe(50, 5);
    }

    [Fact]
    public void Steps_FollowEachOther_AndRateZeroIsAPause()
    {
        LoadStep[] steps = [new(2, TimeSpan.FromSeconds(1)), new(0, TimeSpan.FromSeconds(5)), new(1, TimeSpan.FromSeconds(2))];

        SendTimes.Steps(steps, SendTimes.Constant).Select(at => at.TotalSeconds).ShouldBe([0, 0.5, 6, 7]);
    }

    [Theory]
    [InlineData("50:10s", 50, 10)]
    [InlineData("0.5:2m", 0.5, 120)]
    public void StepText_IsRead(string text, double perSecond, double seconds) =>
        LoadStepText.Parse(text).ShouldBe([new LoadStep(perSecond, TimeSpan.FromSeconds(seconds))]);

    [Theory]
    [InlineData("")]
    [InlineData("50")]
    [InlineData("50:")]
    [InlineData("x:1s")]
    [InlineData("-1:1s")]
    [InlineData("50:0s")]
    [InlineData("50:10s,")]
    [InlineData("50:10s:3")]
    public void StepText_ThatIsNone_IsRefused(string text) => LoadStepText.Parse(text).ShouldBeNull();
}
