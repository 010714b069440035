using System.Globalization;

namespace Fairlead.Core.Units;

/// <summary>A size in bytes, written with a binary (<c>256MiB</c>) or decimal (<c>16MB</c>) unit.</summary>
public readonly record struct ByteSize(long Bytes)
{
    private static readonly (string Suffix, long Factor)[] Units =
    [
        ("TiB", 1L << 40), ("GiB", 1L << 30), ("MiB", 1L << 20), ("KiB", 1L << 10),
        ("TB", 1_000_000_000_000), ("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1_000), ("KB", 1_000), ("B", 1),
    ];

    /// <summary>Reads a non-negative number with a unit; a number without one is refused, since bytes and mebibytes look alike.</summary>
    public static bool TryParse(string? text, out ByteSize size)
    {
        size = default;
        if (text is null) return false;
        foreach (var (suffix, factor) in Units)
        {
            if (!text.EndsWith(suffix, StringComparison.Ordinal)) continue;
            var number = text.AsSpan(0, text.Length - suffix.Length);
            if (!decimal.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)) return false;
            if (value > long.MaxValue / factor) return false;
            size = new ByteSize((long)(value * factor));
            return true;
        }

        return false;
    }

    /// <summary>The largest binary unit that divides the size, so that <see cref="TryParse"/> gives the same size back.</summary>
    public override string ToString()
    {
        foreach (var (suffix, factor) in Units.AsSpan(0, 4))
        {
            if (Bytes != 0 && Bytes % factor == 0) return string.Create(CultureInfo.InvariantCulture, $"{Bytes / factor}{suffix}");
        }

        return string.Create(CultureInfo.InvariantCulture, $"{Bytes}B");
    }
}
