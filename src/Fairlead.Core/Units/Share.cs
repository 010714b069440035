using System.Globalization;

namespace Fairlead.Core.Units;

/// <summary>A part of a whole, written as a percentage: <c>70%</c>, <c>0.5%</c>.</summary>
public readonly record struct Share(decimal Percent)
{
    public double Fraction => (double)(Percent / 100);

    /// <summary>Reads a non-negative percentage; a number without <c>%</c> is refused, since 1 and 100 % look alike.</summary>
    public static bool TryParse(string? text, out Share share)
    {
        share = default;
        if (text is null || !text.EndsWith('%')) return false;
        if (!decimal.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent)) return false;
        share = new Share(percent);
        return true;
    }

    public override string ToString() => Percent.ToString("0.############################", CultureInfo.InvariantCulture) + "%";
}
