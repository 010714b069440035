using Fairlead.ModelServer.Drift;

namespace Fairlead.ModelServer.Tests.Drift;

public sealed class RowSamplerTests
{
    [Theory]
    [InlineData("narrow rows, one a request: all", 4, 1, 1000)]
    [InlineData("many rows: as many as the budget has", 4, 100, 8000)]
    [InlineData("rows dearer than the budget: every third request", 96, 1, 333)]
    [InlineData("many of them: the same", 96, 50, 333)]
    public void LooksAtAsMuchAsTheBudgetAllows(string why, int cost, long rows, int expected)
    {
        var sampler = new RowSampler(32, cost);
        var seen = 0;
        for (var i = 0; i < 1000; i++)
        {
            var (count, first, step) = sampler.Take(rows);
            seen += count;
            if (count > 0) (first + ((count - 1) * (long)step)).ShouldBeInRange(0, rows - 1, why);
        }

        seen.ShouldBe(expected, why);
    }

    [Fact]
    public void EveryRowHasItsTurn()
    {
        var sampler = new RowSampler(4, 1);
        var seen = new bool[10];
        for (var i = 0; i < 20; i++)
        {
            var (count, first, step) = sampler.Take(8);
            for (var k = 0; k < count; k++) seen[first + (k * step)] = true;
        }

        seen.Take(8).ShouldAllBe(s => s);
    }
}
