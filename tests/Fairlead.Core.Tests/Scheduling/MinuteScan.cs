namespace Fairlead.Core.Tests.Scheduling;

/// <summary>
/// The same answer by looking at each minute of the window's length, with nothing but the zone's offset at an instant and fields that are
/// compared as text and numbers.
/// </summary>
internal static class MinuteScan
{
    private static readonly string[] Weekdays = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

    public static bool IsOpen(string cron, TimeSpan length, TimeZoneInfo zone, DateTimeOffset at)
    {
        var minute = at.AddTicks(-(at.Ticks % TimeSpan.TicksPerMinute));
        for (; minute > at - length; minute = minute.AddMinutes(-1))
        {
            if (Begins(cron.Split(' '), zone, minute)) return true;
        }

        return false;
    }

    private static bool Begins(string[] fields, TimeZoneInfo zone, DateTimeOffset minute)
    {
        var anyHour = fields[1].StartsWith('*');
        var wall = Wall(zone, minute);
        if (Matches(fields, wall) && (anyHour || !Enumerable.Range(1, 180).Any(m => Wall(zone, minute.AddMinutes(-m)) == wall))) return true;
        // The wall's minutes that were jumped over to get here.
        var jumped = wall - Wall(zone, minute.AddMinutes(-1)) - TimeSpan.FromMinutes(1);
        return !anyHour && Enumerable.Range(1, Math.Max(0, (int)jumped.TotalMinutes)).Any(m => Matches(fields, wall.AddMinutes(-m)));
    }

    private static DateTime Wall(TimeZoneInfo zone, DateTimeOffset instant) => instant.UtcDateTime + zone.GetUtcOffset(instant);

    private static bool Matches(string[] fields, DateTime wall)
    {
        if (!In(fields[0], wall.Minute) || !In(fields[1], wall.Hour) || !In(fields[3], wall.Month)) return false;
        var (date, week) = (In(fields[2], wall.Day), In(fields[4], (int)wall.DayOfWeek));
        return fields[2] == "*" || fields[4] == "*" ? date && week : date || week;
    }

    private static bool In(string field, int value) => field.Split(',').Any(part =>
    {
        if (part == "*") return true;
        if (part.StartsWith("*/", StringComparison.Ordinal)) return value % int.Parse(part[2..]) == 0;
        var ends = part.Split('-').Select(Number).ToArray();
        // sat-sun.
        return ends.Length == 1 ? value == ends[0] : ends[0] <= ends[1] ? value >= ends[0] && value <= ends[1] : value >= ends[0] || value == ends[1];
    });

    private static int Number(string text) => Array.IndexOf(Weekdays, text) is >= 0 and var day ? day : int.Parse(text);
}
