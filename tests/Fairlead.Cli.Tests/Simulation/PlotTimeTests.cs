using Fairlead.Cli.Simulation;

namespace Fairlead.Cli.Tests.Simulation;

public class PlotTimeTests
{
    [Theory]
    [InlineData(0, "0 s", "0 s", 1)]
    [InlineData(7, "0 s", "7 s", 8)]
    [InlineData(95, "0 s", "90 s", 10)]
    [InlineData(600, "0 min", "10 min", 11)]
    [InlineData(3436, "0 min", "50 min", 6)]
    [InlineData(86400, "0 h", "24 h", 7)]
    [InlineData(2_000_000, "0 h", "555.56 h", 11)]
    public void MarksAreRoundTimesAndFew(int seconds, string first, string last, int count)
    {
        var marks = PlotTime.Marks(seconds).ToList();

        marks[0].Text.ShouldBe(first);
        marks[^1].Text.ShouldBe(last);
        marks.Count.ShouldBe(count);
        marks[^1].Second.ShouldBeLessThanOrEqualTo(seconds);
    }
}
