using System.Collections.Immutable;

namespace Fairlead.Core.Scheduling;

/// <summary>What may stand in one field of a cron expression.</summary>
/// <param name="MostWritten">The largest that may be written: a Sunday is 7 as well as 0.</param>
/// <param name="Names">Of the values from <paramref name="Least"/> on; empty when they have none.</param>
internal sealed record CronRange(string Name, int Least, int Most, int MostWritten, ImmutableList<string> Names)
{
    public static readonly IReadOnlyList<CronRange> All =
    [
        new("minute", 0, 59, 59, []),
        new("hour", 0, 23, 23, []),
        new("day of month", 1, 31, 31, []),
        new("month", 1, 12, 12, ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]),
        new("day of week", 0, 6, 7, ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]),
    ];

    public int Fold(int value) => value > Most ? value - MostWritten : value;
}
