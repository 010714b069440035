using System.Globalization;

namespace Fairlead.Cli.Simulation;

/// <summary>The panels' common axis: marks at round times, five to ten of them.</summary>
internal static class PlotTime
{
    private const int MostMarks = 10;

    private static readonly int[] Steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 28800, 86400];

    /// <param name="seconds">How long the trace lasts.</param>
    public static IEnumerable<(int Second, string Text)> Marks(int seconds)
    {
        var step = Steps.FirstOrDefault(s => seconds / s <= MostMarks, (int)Math.Ceiling(seconds / (double)MostMarks));
        var (unit, name) = step >= 3600 ? (3600, "h") : step >= 60 ? (60, "min") : (1, "s");
        for (var second = 0; second <= seconds; second += step) yield return (second, string.Create(CultureInfo.InvariantCulture, $"{second / (double)unit:0.##} {name}"));
    }
}
