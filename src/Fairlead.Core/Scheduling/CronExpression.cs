using System.Diagnostics.CodeAnalysis;

namespace Fairlead.Core.Scheduling;

/// <summary>
/// Five fields as in <c>crontab(5)</c>: minute, hour, day of month, month, day of week. When both kinds of day are restricted, either
/// matches.
/// </summary>
public sealed record CronExpression
{
    private readonly IReadOnlyList<CronField> _fields;

    private CronExpression(string text, IReadOnlyList<CronField> fields) => (Text, _fields) = (text, fields);

    public string Text { get; }

    /// <summary>The hour is not restricted, so that it goes by time that passes and not by the clock on the wall.</summary>
    internal bool AnyHour => Hours.Star;

    private CronField Minutes => _fields[0];

    private CronField Hours => _fields[1];

    private CronField Days => _fields[2];

    private CronField Months => _fields[3];

    private CronField Weekdays => _fields[4];

    /// <param name="why">What is wrong, as the end of a sentence; null when nothing is.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out CronExpression? cron, [NotNullWhen(false)] out string? why)
    {
        cron = null;
        var parts = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length != CronRange.All.Count)
        {
            why = $"it has {(parts.Length == 1 ? "1 field" : $"{parts.Length} fields")}, not 5";
            return false;
        }

        var fields = new List<CronField>();
        foreach (var (part, range) in parts.Zip(CronRange.All))
        {
            if (CronField.Parse(part, range) is { } field)
            {
                fields.Add(field);
                continue;
            }

            why = $"'{part}' is no {range.Name}";
            return false;
        }

        var parsed = new CronExpression(string.Join(' ', parts), fields);
        why = parsed.Comes() ? null : "it never comes: no such month has such a day";
        if (why is null) cron = parsed;
        return cron is not null;
    }

    public bool Equals(CronExpression? other) => other?.Text == Text;

    public override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);

    public override string ToString() => Text;

    internal bool Matches(DateOnly day)
    {
        if (!Months.Has(day.Month)) return false;
        var (byDate, byWeek) = (Days.Has(day.Day), Weekdays.Has((int)day.DayOfWeek));
        return Days.Star || Weekdays.Star ? byDate && byWeek : byDate || byWeek;
    }

    /// <summary>The times of a day that matches, latest first.</summary>
    internal IEnumerable<TimeOnly> TimesDescending() =>
        from hour in Enumerable.Range(0, 24).Reverse()
        where Hours.Has(hour)
        from minute in Enumerable.Range(0, 60).Reverse()
        where Minutes.Has(minute)
        select new TimeOnly(hour, minute);

    // A leap year has every day that there is.
    private bool Comes() =>
        !(Days.Star || Weekdays.Star) || Enumerable.Range(1, 12).Any(m => Months.Has(m) && Enumerable.Range(1, DateTime.DaysInMonth(2024, m)).Any(Days.Has));
}
