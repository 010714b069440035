using System.Globalization;

namespace Fairlead.Core.Units;

/// <summary>Reads and writes spans of time as <c>500us</c>, <c>50ms</c>, <c>2s</c>, <c>1.5m</c>, <c>2h</c>.</summary>
public static class Duration
{
    private static readonly (string Suffix, long Ticks)[] Units =
    [
        ("ms", TimeSpan.TicksPerMillisecond), ("us", TimeSpan.TicksPerMicrosecond),
        ("h", TimeSpan.TicksPerHour), ("m", TimeSpan.TicksPerMinute), ("s", TimeSpan.TicksPerSecond),
    ];

    public static bool TryParse(string? text, out TimeSpan span)
    {
        span = default;
        if (text is null) return false;
        foreach (var (suffix, ticks) in Units)
        {
            if (!text.EndsWith(suffix, StringComparison.Ordinal)) continue;
            var number = text.AsSpan(0, text.Length - suffix.Length);
            if (!decimal.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)) return false;
            if (value > TimeSpan.MaxValue.Ticks / ticks) return false;
            span = TimeSpan.FromTicks((long)(value * ticks));
            return true;
        }

        return false;
    }

    /// <summary>The largest unit that divides the span, so that <see cref="TryParse"/> gives the same span back. Not for negative spans.</summary>
    public static string Format(TimeSpan span)
    {
        foreach (var suffix in (ReadOnlySpan<string>)["h", "m", "s", "ms"])
        {
            var ticks = Units.First(u => u.Suffix == suffix).Ticks;
            if (span.Ticks != 0 && span.Ticks % ticks == 0) return string.Create(CultureInfo.InvariantCulture, $"{span.Ticks / ticks}{suffix}");
        }

        if (span == TimeSpan.Zero) return "0s";
        return string.Create(CultureInfo.InvariantCulture, $"{span.Ticks / (decimal)TimeSpan.TicksPerMicrosecond}us");
    }
}
