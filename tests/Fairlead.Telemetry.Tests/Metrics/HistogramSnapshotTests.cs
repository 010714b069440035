using Fairlead.Telemetry.Metrics;

namespace Fairlead.Telemetry.Tests.Metrics;

public sealed class HistogramSnapshotTests
{
    [Fact]
    public void FineSeconds_AreWithinFivePercentFrom10MicrosecondsToAMinute()
    {
        var bounds = Histogram.FineSeconds;
        bounds[0].ShouldBe(0.00001);
        bounds[^1].ShouldBe(60);
        bounds.Length.ShouldBeLessThan(180);
        for (var i = 1; i < bounds.Length; i++)
        {
            var middle = Math.Sqrt(bounds[i - 1] * bounds[i]);
            (bounds[i] / middle).ShouldBeInRange(1, 1.05);
            (middle / bounds[i - 1]).ShouldBeInRange(1, 1.05);
        }
    }

    private static readonly double[] Bounds = [1, 2, 4];

    [Fact]
    public void Quantile_OfKnownCounts()
    {
        var snapshot = new HistogramSnapshot(Bounds, [10, 20, 10, 0], 70);
        snapshot.Quantile(0).ShouldBe(0);
        snapshot.Quantile(0.25).ShouldBe(1);
        snapshot.Quantile(0.5).ShouldBe(1.5);
        snapshot.Quantile(1).ShouldBe(4);
        snapshot.Mean.ShouldBe(70.0 / 40);
    }

    [Fact]
    public void Quantile_AboveTheLastBound_IsThatBound() => new HistogramSnapshot(Bounds, [0, 0, 0, 3], 30).Quantile(0.5).ShouldBe(4);

    [Fact]
    public void Quantile_WithoutObservations_IsNothing() => new HistogramSnapshot(Bounds, [0, 0, 0, 0], 0).Quantile(0.5).ShouldBeNull();

    [Fact]
    public void Quantile_OfManyDurations_IsWithinABucketOfTheTruth()
    {
        var histogram = new MetricRegistry().Histogram("h", "Help.", Histogram.Seconds).With();
        var random = new Random(1);
        var values = Enumerable.Range(0, 10_000).Select(_ => 0.001 * Math.Exp(random.NextDouble() * 5)).Order().ToArray();
        foreach (var value in values) histogram.Observe(value);
        histogram.Read().Quantile(0.95)!.Value.ShouldBe(values[9_500], values[9_500] * 0.25);
    }

    [Fact]
    public void Minus_GivesWhatWasObservedBetween()
    {
        var histogram = new MetricRegistry().Histogram("h", "Help.", Bounds).With();
        histogram.Observe(0.5);
        var earlier = histogram.Read();
        histogram.Observe(3);
        var delta = histogram.Read().Minus(earlier);
        delta.Counts.ShouldBe([0, 0, 1, 0]);
        delta.Sum.ShouldBe(3);
    }

    [Fact]
    public void Minus_AfterARestart_IsAllThatIsThere()
    {
        var later = new HistogramSnapshot(Bounds, [1, 0, 0, 0], 1);
        later.Minus(new HistogramSnapshot(Bounds, [9, 0, 0, 0], 9)).ShouldBe(later);
        later.Minus(new HistogramSnapshot([1, 2], [0, 0, 0], 0)).ShouldBe(later);
        later.Minus(null).ShouldBe(later);
    }

    [Fact]
    public void Plus_AddsBucketByBucket() =>
        new HistogramSnapshot(Bounds, [1, 2, 3, 4], 1).Plus(new HistogramSnapshot(Bounds, [1, 1, 1, 1], 2)).Counts.ShouldBe([2, 3, 4, 5]);

    [Fact]
    public void Observe_WhatIsNoNumber_IsPassedOver()
    {
        var histogram = new MetricRegistry().Histogram("h", "Help.", Bounds).With();
        histogram.Observe(double.NaN);
        histogram.Read().Count.ShouldBe(0);
    }
}
