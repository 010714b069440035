using Fairlead.ModelServer.Running;

namespace Fairlead.ModelServer.Tests.Running;

public sealed class RunTimesTests
{
    [Fact]
    public void Wait_IsHalfARunAndTheOthersShare()
    {
        var times = new RunTimes();
        times.Wait(ahead: 10, runs: 2).ShouldBe(TimeSpan.Zero);
        times.Add(TimeSpan.FromMilliseconds(40), requests: 4, finished: true);
        times.Wait(ahead: 10, runs: 2).ShouldBe(TimeSpan.FromMilliseconds(20 + 50));
    }

    [Fact]
    public void LongRuns_AreThoseThatAMillisecondIsNothingTo()
    {
        var times = new RunTimes();
        times.Long.ShouldBeFalse();
        times.Add(TimeSpan.FromMicroseconds(900), 1, finished: true);
        times.Long.ShouldBeFalse();
        times.Add(TimeSpan.FromMilliseconds(8), 1, finished: true);
        times.Long.ShouldBeTrue();
    }

    [Fact]
    public void RunThatWasCutOff_CountsOnlyWhenItWasLonger()
    {
        var times = new RunTimes();
        times.Add(TimeSpan.FromSeconds(1), 1, finished: true);
        times.Add(TimeSpan.FromMilliseconds(1), 1, finished: false);
        times.Run.ShouldBe(TimeSpan.FromSeconds(1));
        times.Add(TimeSpan.FromSeconds(2), 1, finished: false);
        times.Run.ShouldBe(TimeSpan.FromSeconds(1.2));
    }

    [Fact]
    public void LongRun_IsTheUsualOneWhileAllAreAlikeAndLongerWhenTheyDiffer()
    {
        var times = new RunTimes();
        times.LongRun.ShouldBe(TimeSpan.Zero);
        for (var i = 0; i < 10; i++) times.Add(TimeSpan.FromMilliseconds(8), 1, finished: true);
        times.LongRun.TotalMilliseconds.ShouldBe(8, 0.001);
        times.Add(TimeSpan.FromMilliseconds(18), 1, finished: true);
        times.LongRun.TotalMilliseconds.ShouldBe(8 + 2 + (4 * 2), 0.001);
    }

    [Fact]
    public void RunThatWasCutOff_SaysNothingOfWhatRunsTakeThatEnd()
    {
        var times = new RunTimes();
        times.Add(TimeSpan.FromSeconds(2), 1, finished: false);
        times.LongRun.ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public void SharingARun_PaysFromATenthOfAMillisecondOn()
    {
        var tiny = new RunTimes();
        tiny.WorthSharing.ShouldBeFalse();
        tiny.Add(TimeSpan.FromMicroseconds(30), 1, finished: true);
        tiny.WorthSharing.ShouldBeFalse();
        tiny.Add(TimeSpan.FromMilliseconds(1), 1, finished: true);
        tiny.WorthSharing.ShouldBeTrue();
    }

    [Theory]
    [InlineData("a model of microseconds never waits", 0.02, 2, 0)]
    [InlineData("a short run bounds the wait", 1.5, 2, 1.5)]
    [InlineData("a long run waits as long as was asked", 40, 2, 2)]
    [InlineData("nothing asked, nothing waited", 40, 0, 0)]
    public void Waiting_PaysNoLongerThanARunTakes(string label, double runMs, double askedMs, double waitMs)
    {
        var times = new RunTimes();
        times.Add(TimeSpan.FromMilliseconds(runMs), 1, finished: true);
        times.WorthWaiting(TimeSpan.FromMilliseconds(askedMs)).ShouldBe(TimeSpan.FromMilliseconds(waitMs), label);
    }
}
