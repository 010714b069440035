using Fairlead.Cli.Load;

namespace Fairlead.Cli.Tests.Load;

public sealed class RateSearchTests
{
    [Theory]
    [InlineData(37, 1)]
    [InlineData(37, 500)]
    [InlineData(1234.5, 10)]
    [InlineData(0.4, 10)]
    public void TheHighestRateIsFound_WhereverTheSearchBegins(double capacity, double first)
    {
        var search = new RateSearch(first);
        var asked = 0;
        while (search.Next is { } rate)
        {
            search.Tell(rate, rate <= capacity);
            (++asked).ShouldBeLessThan(30);
        }

        search.Kept.ShouldBeLessThanOrEqualTo(capacity);
        search.Kept.ShouldBeGreaterThan(capacity / RateSearch.Close);
    }

    [Fact]
    public void WhenNoRateKeepsThePromise_NoneIsFoundAndTheSearchEnds()
    {
        var search = new RateSearch(100);
        while (search.Next is { } rate) search.Tell(rate, kept: false);

        search.Kept.ShouldBe(0);
    }
}
