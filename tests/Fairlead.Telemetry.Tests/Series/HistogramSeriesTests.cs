using Fairlead.Telemetry.Metrics;
using Fairlead.Telemetry.Series;

namespace Fairlead.Telemetry.Tests.Series;

public class HistogramSeriesTests
{
    private static readonly double[] Bounds = [1, 2, 4];

    [Fact]
    public void OnlyWhatCameAfterTheFirstReadingIsSeen()
    {
        var series = new HistogramSeries(TimeSpan.FromSeconds(30));
        series.Add(TimeSpan.Zero, Snapshot(100, 0, 0, 0));
        series.Window().ShouldBeNull();
        series.Add(TimeSpan.FromSeconds(10), Snapshot(100, 10, 0, 0));
        var window = series.Window().ShouldNotBeNull();
        window.Count.ShouldBe(10);
        window.Quantile(0.95)!.Value.ShouldBeInRange(1, 2);
    }

    [Fact]
    public void WhatIsOlderThanTheWindowIsForgotten()
    {
        var series = new HistogramSeries(TimeSpan.FromSeconds(30));
        for (var second = 0; second <= 120; second++) series.Add(TimeSpan.FromSeconds(second), Snapshot(second, second >= 60 ? 500 : 0, 0, 0));
        series.Window()!.Counts.ShouldBe([30, 0, 0, 0], "the 500 came a minute ago");
    }

    [Fact]
    public void AHistogramThatStartsAgain_CountsWhatItShowsAsNew()
    {
        var series = new HistogramSeries(TimeSpan.FromSeconds(30));
        series.Add(TimeSpan.Zero, Snapshot(100, 0, 0, 0));
        series.Add(TimeSpan.FromSeconds(5), Snapshot(110, 0, 0, 0));
        series.Add(TimeSpan.FromSeconds(10), Snapshot(0, 3, 0, 0));
        series.Window()!.Counts.ShouldBe([10, 3, 0, 0]);
    }

    [Fact]
    public void OtherBuckets_BeginAnew()
    {
        var series = new HistogramSeries(TimeSpan.FromSeconds(30));
        series.Add(TimeSpan.Zero, Snapshot(1, 0, 0, 0));
        series.Add(TimeSpan.FromSeconds(5), new HistogramSnapshot([1, 2], [5, 5, 5], 20));
        series.Window().ShouldBeNull();
        series.Add(TimeSpan.FromSeconds(10), new HistogramSnapshot([1, 2], [6, 5, 5], 20));
        series.Window()!.Count.ShouldBe(1);
    }

    private static HistogramSnapshot Snapshot(params long[] counts) => new(Bounds, counts, counts.Sum());
}
