using System.Globalization;
using System.Text.Json;

namespace Fairlead.Cli.Prediction;

/// <summary>Values as text, written as JSON of a tensor's datatype.</summary>
internal static class ValueText
{
    public static bool IsNumber(string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _);

    /// <summary>False when the text is no value of the datatype; nothing is written then.</summary>
    public static bool TryWrite(Utf8JsonWriter writer, string text, string datatype)
    {
        if (datatype == "BYTES")
        {
            writer.WriteStringValue(text);
            return true;
        }

        text = text.Trim();
        switch (datatype)
        {
            case "BOOL" when TryBool(text, out var flag):
                writer.WriteBooleanValue(flag);
                return true;
            case "UINT64" when ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var large):
                writer.WriteNumberValue(large);
                return true;
            case "FP16" or "FP32" or "FP64" or "BF16" when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var real) && double.IsFinite(real):
                writer.WriteNumberValue(real);
                return true;
            case not ("BOOL" or "UINT64" or "FP16" or "FP32" or "FP64" or "BF16") when TryWhole(text, datatype, out var whole):
                writer.WriteNumberValue(whole);
                return true;
            default:
                return false;
        }
    }

    private static bool TryBool(string text, out bool value)
    {
        if (text is "0" or "1")
        {
            value = text == "1";
            return true;
        }

        return bool.TryParse(text, out value);
    }

    /// <summary>Spreadsheets write whole numbers as <c>3.0</c>; that is accepted, 3.5 is not.</summary>
    private static bool TryWhole(string text, string datatype, out long value)
    {
        value = 0;
        if (!decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) || number != decimal.Truncate(number)) return false;
        var (least, most) = Range(datatype);
        if (number < least || number > most) return false;
        value = (long)number;
        return true;
    }

    private static (long Least, long Most) Range(string datatype) => datatype switch
    {
        "INT8" => (sbyte.MinValue, sbyte.MaxValue),
        "INT16" => (short.MinValue, short.MaxValue),
        "INT32" => (int.MinValue, int.MaxValue),
        "UINT8" => (byte.MinValue, byte.MaxValue),
        "UINT16" => (ushort.MinValue, ushort.MaxValue),
        "UINT32" => (uint.MinValue, uint.MaxValue),
        _ => (long.MinValue, long.MaxValue),
    };
}
