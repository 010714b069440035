using Fairlead.Telemetry.Drift;
using FsCheck;
using FsCheck.Fluent;

namespace Fairlead.Telemetry.Tests.Drift;

public sealed class PopulationStabilityTests
{
    [Fact]
    public void Index_OfKnownShares() =>
        // (0.5-0.25)·ln 2 + (0.5-0.75)·ln(2/3)
        PopulationStability.Index([50, 50], [25, 75]).ShouldBe((0.25 * Math.Log(2)) + (-0.25 * Math.Log(2.0 / 3)), 1e-12);

    [Fact]
    public void Index_OfAnEmptyBin_TakesTheLeastShare() =>
        PopulationStability.Index([50, 50], [0, 100]).ShouldBe(((0.5 - 1e-4) * Math.Log(0.5 / 1e-4)) + (0.5 * Math.Log(2)), 1e-9);

    [Fact]
    public void Index_IsNeverNegativeAndTheSameInBothDirections() => Prop.ForAll(Samples(), s =>
    {
        var index = PopulationStability.Index(s.First, s.Second);
        return double.IsFinite(index) && index >= 0 && Math.Abs(index - PopulationStability.Index(s.Second, s.First)) < 1e-9;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Index_OfEqualShares_Is0() => Prop.ForAll(Samples(), s =>
        Math.Abs(PopulationStability.Index(s.First, Array.ConvertAll(s.First, c => c * 7))) < 1e-9).QuickCheckThrowOnFailure();

    [Fact]
    public void Index_DoesNotDependOnTheOrderOfBins() => Prop.ForAll(Samples(), s =>
        Math.Abs(PopulationStability.Index(s.First, s.Second) - PopulationStability.Index([.. s.First.Reverse()], [.. s.Second.Reverse()])) < 1e-9).QuickCheckThrowOnFailure();

    [Fact]
    public void Index_WithoutValuesOrWithOtherBins_IsRefused()
    {
        Should.Throw<ArgumentException>(() => PopulationStability.Index([1, 2], [0, 0]));
        Should.Throw<ArgumentException>(() => PopulationStability.Index([1, 2], [1, 2, 3]));
    }

    [Fact]
    public void Noise_IsWhatSamplesOfOnePopulationHaveOnAverage()
    {
        var random = new Random(1);
        long[] reference = Draw(240), sample = Draw(200);
        var mean = Enumerable.Range(0, 400).Average(_ => PopulationStability.Index(Draw(240), Draw(200)));
        PopulationStability.Noise(reference, sample).ShouldBe(9 * ((1.0 / 240) + (1.0 / 200)), 1e-12);
        mean.ShouldBe(PopulationStability.Noise(reference, sample), 0.02);

        long[] Draw(int count)
        {
            var bins = new long[11];
            for (var i = 0; i < count; i++) bins[random.Next(10)]++;
            return bins;
        }
    }

    private static Arbitrary<(long[] First, long[] Second)> Samples()
    {
        var sample = Gen.ArrayOf(Gen.Choose(0, 1000).Select(n => (long)n), 8).Where(c => c.Sum() > 0);
        return sample.SelectMany(_ => sample, (first, second) => (first, second)).ToArbitrary();
    }
}
