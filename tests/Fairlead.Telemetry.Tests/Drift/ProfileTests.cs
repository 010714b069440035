using System.Text;
using Fairlead.Telemetry.Drift;

namespace Fairlead.Telemetry.Tests.Drift;

public sealed class ProfileTests
{
    private readonly Random _random = new(7);

    [Fact]
    public void Quantiles_HoldATenthEach()
    {
        var profile = ProfileBuilder.OfNumbers("x", [.. Enumerable.Range(1, 1000).Select(i => (double)i)], whole: false);
        ((QuantileBins)profile.Bins).Edges.ShouldBe([100, 200, 300, 400, 500, 600, 700, 800, 900]);
        profile.Counts.ToArray().ShouldBe([100, 100, 100, 100, 100, 100, 100, 100, 100, 100, 0]);
    }

    [Fact]
    public void ShiftedSample_IsSeen_AndAnUnshiftedOneOfTheSameSizeIsNot()
    {
        var reference = ProfileBuilder.OfNumbers("x", Normal(240), whole: false);
        Shift(reference, Normal(200, 1)).ShouldBeGreaterThan(0.25);
        Shift(reference, Normal(200, 0.5)).ShouldBeGreaterThan(0.05);
        Shift(reference, Normal(200)).ShouldBeLessThan(0.1);
    }

    [Theory]
    [InlineData(100, 0.1, 0.06)]
    [InlineData(100, 0.25, 0.002)]
    [InlineData(200, 0.1, 0.01)]
    [InlineData(1000, 0.1, 0.001)]
    public void FalseAlarms_OfUnshiftedSamples_AreRare(int sample, double threshold, double most)
    {
        const int Rounds = 2000;
        var alarms = Enumerable.Range(0, Rounds).Count(_ => Shift(ProfileBuilder.OfNumbers("x", Normal(1000), whole: false), Normal(sample)) > threshold);
        ((double)alarms / Rounds).ShouldBeLessThan(most);
    }

    [Fact]
    public void Constant_ShiftsInBothDirections_AndNotByItself()
    {
        var profile = ProfileBuilder.OfNumbers("x", [.. Enumerable.Repeat(5.0, 200)], whole: false);
        Shift(profile, [.. Enumerable.Repeat(5.0, 200)]).ShouldBe(0);
        Shift(profile, [.. Enumerable.Repeat(4.9, 200)]).ShouldBeGreaterThan(1);
        Shift(profile, [.. Enumerable.Repeat(5.1, 200)]).ShouldBeGreaterThan(1);
    }

    [Fact]
    public void AllMissing_IsItsOwnDistribution()
    {
        double[] missing = [.. Enumerable.Repeat(double.NaN, 200)];
        var never = ProfileBuilder.OfNumbers("x", missing, whole: false);
        Shift(never, missing).ShouldBe(0);
        Shift(never, Normal(200)).ShouldBeGreaterThan(1);
        Shift(ProfileBuilder.OfNumbers("x", Normal(200), whole: false), missing).ShouldBeGreaterThan(1);
        ProfileBuilder.OfTexts("t", [.. Enumerable.Repeat<string?>(null, 200)]).Counts.ToArray().ShouldBe([0, 200]);
    }

    [Fact]
    public void FewWholeNumbers_AreCategories_AndManyAreNot()
    {
        var few = ProfileBuilder.OfNumbers("x", [.. Enumerable.Range(0, 300).Select(i => (double)(i % 3))], whole: true);
        ((NumberCategories)few.Bins).Values.ShouldBe([0, 1, 2]);
        Shift(few, [.. Enumerable.Range(0, 300).Select(i => i % 2 == 0 ? 7.0 : i % 3)]).ShouldBeGreaterThan(1, "an unseen number");
        ProfileBuilder.OfNumbers("x", [.. Enumerable.Range(0, 300).Select(i => (double)i)], whole: true).Bins.ShouldBeOfType<QuantileBins>();
    }

    [Fact]
    public void Texts_AreCategories_WithTheRareAndTheUnseenAsOther()
    {
        var profile = ProfileBuilder.OfTexts("t", ["a", "a", "b", "", null, .. Enumerable.Range(0, 60).Select(i => $"rare{i}")]);
        var bins = (TextBins)profile.Bins;
        bins.Count.ShouldBe(52);
        bins.IndexOf("a"u8).ShouldBe(0);
        bins.IndexOf("a").ShouldBe(0);
        bins.IndexOf("unseen"u8).ShouldBe(50);
        bins.IndexOf(Encoding.UTF8.GetBytes(new string('ä', 500))).ShouldBe(50);
        bins.IndexOf([0xff, 0xfe]).ShouldBe(50);
        bins.IndexOf(""u8).ShouldBe(51);
        profile.Counts[51].ShouldBe(2);
        profile.Counts.ToArray().Sum().ShouldBe(65);
    }

    [Fact]
    public void TooSmallASample_HasNoShift()
    {
        var profile = ProfileBuilder.OfNumbers("x", Normal(200), whole: false);
        ShiftOf(profile, Normal(99)).ShouldBeNull();
        ShiftOf(profile, Normal(100)).ShouldNotBeNull();
    }

    private static double Shift(FeatureProfile profile, double[] sample) => ShiftOf(profile, sample)!.Value;

    private static double? ShiftOf(FeatureProfile profile, double[] sample)
    {
        var counts = new long[profile.Bins.Count];
        foreach (var value in sample) counts[((NumberBins)profile.Bins).IndexOf(value)]++;
        return profile.Shift(counts);
    }

    // Box and Muller.
    private double[] Normal(int count, double mean = 0) =>
        [.. Enumerable.Range(0, count).Select(_ => mean + (Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble())))];
}
