using Fairlead.Telemetry.Series;

namespace Fairlead.Telemetry.Tests.Series;

public class CounterSeriesTests
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    [Fact]
    public void OneValue_HasNoRate() => Of((0, 5)).Rate(Window).ShouldBeNull();

    [Fact]
    public void TheFirstValueIsNotGrowth() => Of((0, 1000), (2, 1010)).Rate(Window).ShouldBe(5);

    [Fact]
    public void AWindowBeginsAtTheNewestValueThatIsOldEnough() => Of((0, 0), (5, 100), (10, 110), (15, 130)).Rate(Window).ShouldBe(3);

    [Fact]
    public void ACounterThatStartsAgain_CountsWhatItShowsAsNew() => Of((0, 100), (1, 110), (2, 4)).Increase(Window).ShouldBe(14);

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(-1)]
    public void WhatIsNoCount_IsNotTaken(double value)
    {
        var series = Of((0, 10), (1, 20));
        series.Add(TimeSpan.FromSeconds(2), value);
        series.LastAt.ShouldBe(TimeSpan.FromSeconds(1));
        series.Rate(Window).ShouldBe(10);
    }

    private static CounterSeries Of(params (double At, double Value)[] values)
    {
        var series = new CounterSeries(TimeSpan.FromSeconds(60));
        foreach (var (at, value) in values) series.Add(TimeSpan.FromSeconds(at), value);
        return series;
    }
}
