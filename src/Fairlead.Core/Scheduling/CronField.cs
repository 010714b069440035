using System.Globalization;

namespace Fairlead.Core.Scheduling;

/// <summary>One field of a cron expression.</summary>
/// <param name="Values">A bit for each value that matches.</param>
/// <param name="Star">It is written with <c>*</c> first, which is what <c>crontab(5)</c> calls unrestricted, steps or not.</param>
internal readonly record struct CronField(ulong Values, bool Star)
{
    public bool Has(int value) => (Values >> value & 1) != 0;

    /// <summary>Lists, ranges, steps of <c>*</c> or a range, and names; null when it is none of these.</summary>
    public static CronField? Parse(string text, CronRange range)
    {
        var values = 0UL;
        foreach (var part in text.Split(','))
        {
            if (Part(part, range) is not { } some) return null;
            values |= some;
        }

        return new CronField(values, text[0] == '*');
    }

    private static ulong? Part(string text, CronRange range)
    {
        var (span, step) = (text, 1);
        if (text.IndexOf('/') is > 0 and var slash)
        {
            span = text[..slash];
            // A step of a single value could mean two things.
            if ((span != "*" && !span.Contains('-')) || Number(text[(slash + 1)..]) is not (> 0 and var given)) return null;
            step = given;
        }

        if (Bounds(span, range) is not (var from, var to) || from > to) return null;
        var values = 0UL;
        for (var value = from; value <= to; value += step) values |= 1UL << range.Fold(value);
        return values;
    }

    private static (int From, int To)? Bounds(string text, CronRange range)
    {
        if (text == "*") return (range.Least, range.Most);
        var dash = text.IndexOf('-');
        if (dash < 0) return Value(text, range) is { } one ? (one, one) : null;
        if (Value(text[..dash], range) is not { } from || Value(text[(dash + 1)..], range) is not { } to) return null;
        // A week that ends with its Sunday: fri-sun.
        return (from, to < from && range.Fold(range.MostWritten) == to ? range.MostWritten : to);
    }

    private static int? Value(string text, CronRange range)
    {
        var named = range.Names.FindIndex(n => n.Equals(text, StringComparison.OrdinalIgnoreCase));
        if (named >= 0) return range.Least + named;
        return Number(text) is { } number && number >= range.Least && number <= range.MostWritten ? number : null;
    }

    private static int? Number(string text) =>
        text.Length is 1 or 2 && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
