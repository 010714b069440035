using System.Globalization;

namespace Fairlead.Core.Units;

/// <summary>An amount of processor in thousandths of a core, written <c>500m</c>, <c>0.5</c> or <c>2</c>.</summary>
public readonly record struct CpuQuantity(int Millicores)
{
    private const int MostMillicores = 1_000_000;

    public double Cores => Millicores / 1000.0;

    public static bool TryParse(string? text, out CpuQuantity quantity)
    {
        quantity = default;
        if (string.IsNullOrEmpty(text)) return false;
        var milli = text.EndsWith('m');
        if (!decimal.TryParse(milli ? text.AsSpan(0, text.Length - 1) : text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)) return false;
        if (value > MostMillicores) return false;
        var millicores = milli ? value : value * 1000;
        if (millicores != decimal.Truncate(millicores) || millicores > MostMillicores) return false;
        quantity = new CpuQuantity((int)millicores);
        return true;
    }

    public override string ToString() => Millicores % 1000 == 0
        ? (Millicores / 1000).ToString(CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{Millicores}m");
}
