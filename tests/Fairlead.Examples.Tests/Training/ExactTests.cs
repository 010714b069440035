using Fairlead.Training.Numerics;

namespace Fairlead.Examples.Tests.Training;

public sealed class ExactTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(-1)]
    [InlineData(0.34657359)]
    [InlineData(-0.34657360)]
    [InlineData(20.5)]
    [InlineData(-37.25)]
    [InlineData(700)]
    [InlineData(-700)]
    public void Exp_AgreesWithTheLibraryToTwelveDigits(double x) =>
        (Exact.Exp(x) / Math.Exp(x)).ShouldBe(1, 1e-12);

    [Fact]
    public void Exp_BeyondTheRangeOfDouble_IsZeroOrInfinity()
    {
        Exact.Exp(-1000).ShouldBe(0);
        Exact.Exp(1000).ShouldBe(double.PositiveInfinity);
        Exact.Exp(double.NaN).ShouldBe(double.NaN);
    }

    [Theory]
    [InlineData(1.23456789, 1.23457f)]
    [InlineData(-0.000123456789, -0.000123457f)]
    [InlineData(4184.0625, 4184.06f)]
    [InlineData(0, 0f)]
    public void Round_KeepsSixDigits(double value, float expected) => Exact.Round(value).ShouldBe(expected);

    [Fact]
    public void Softmax_LargeScores_GivesProbabilities()
    {
        double[] scores = [1000, 1001, 999];

        Exact.Softmax(scores);

        scores.Sum().ShouldBe(1, 1e-12);
        Exact.ArgMax(scores).ShouldBe(1);
    }

    [Fact]
    public void ArgMax_Tie_IsTheFirst() => Exact.ArgMax([0.2, 0.4, 0.4]).ShouldBe(1);
}
