namespace Fairlead.Core.Scheduling;

/// <summary>
/// A span of time that begins whenever a cron expression matches the clock on the wall of a time zone. When the clock is put forward, what
/// would begin in the hour that is left out begins at its end. When it is put back, what begins in the hour that comes twice begins at the
/// first of the two. With an unrestricted hour, as <c>cron(8)</c> has it, time that passes counts: what is left out never comes, and what
/// comes twice begins twice.
/// </summary>
public static class CronWindow
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    /// <summary>Whether one has begun within its length before the moment, that moment included.</summary>
    public static bool IsOpen(CronExpression cron, TimeSpan length, TimeZoneInfo zone, DateTimeOffset at)
    {
        // A day to either side: a clock may be put forward or back over midnight.
        var last = DayIn(zone, at).AddDays(1);
        var first = DayIn(zone, at - length).AddDays(-1);
        for (var day = last; day >= first; day = day.AddDays(-1))
        {
            if (cron.Matches(day) && cron.TimesDescending().SelectMany(t => Begins(cron, zone, day.ToDateTime(t))).Any(b => b <= at && b > at - length)) return true;
        }

        return false;
    }

    private static IEnumerable<DateTimeOffset> Begins(CronExpression cron, TimeZoneInfo zone, DateTime wall)
    {
        if (zone.IsInvalidTime(wall))
        {
            if (cron.AnyHour) yield break;
            while (zone.IsInvalidTime(wall)) wall += Minute;
        }

        if (!zone.IsAmbiguousTime(wall))
        {
            yield return new DateTimeOffset(wall, zone.GetUtcOffset(wall));
            yield break;
        }

        // The first of the two has the larger offset, summer's.
        var offsets = zone.GetAmbiguousTimeOffsets(wall);
        yield return new DateTimeOffset(wall, offsets.Max());
        if (cron.AnyHour) yield return new DateTimeOffset(wall, offsets.Min());
    }

    private static DateOnly DayIn(TimeZoneInfo zone, DateTimeOffset at) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(at, zone).DateTime);
}
