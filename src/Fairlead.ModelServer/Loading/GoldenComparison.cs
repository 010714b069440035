using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Fairlead.ModelServer.Protocol;
using Fairlead.Onnx;

namespace Fairlead.ModelServer.Loading;

/// <summary>Compares an output with the one that the golden file has.</summary>
internal static class GoldenComparison
{
    /// <summary>The first difference, in words; null when there is none.</summary>
    public static string? Difference(GoldenOutput expected, Tensor got, double tolerance)
    {
        if (Datatypes.NameOf(got.Type) != expected.Datatype) return $"is {Datatypes.NameOf(got.Type)}, expected {expected.Datatype}";
        if (!got.Shape.SequenceEqual(expected.Shape)) return $"has the shape [{string.Join(',', got.Shape)}], expected [{string.Join(',', expected.Shape)}]";
        var index = 0;
        foreach (var element in Elements(expected.Data))
        {
            var value = index < Count(got) ? ValueAt(got, index) : null;
            if (value is null || !Equal(element, value, tolerance)) return $"element {index}: expected {element.GetRawText()}, got {Text(value)}";
            index++;
        }

        return index == Count(got) ? null : $"has {Count(got)} elements, the golden file {index}";
    }

    private static IEnumerable<JsonElement> Elements(JsonElement data) =>
        data.ValueKind == JsonValueKind.Array ? data.EnumerateArray().SelectMany(Elements) : [data];

    private static int Count(Tensor tensor) => tensor.Type == TensorType.String ? tensor.Strings.Count : tensor.Bytes.Length / tensor.Type.ElementSize();

    /// <summary>Boxed: this runs once, at load.</summary>
    private static object ValueAt(Tensor tensor, int index) => tensor.Type switch
    {
        TensorType.Bool => tensor.Bytes.Span[index] != 0,
        TensorType.UInt8 => (decimal)tensor.Bytes.Span[index],
        TensorType.UInt16 => (decimal)At<ushort>(tensor, index),
        TensorType.UInt32 => (decimal)At<uint>(tensor, index),
        TensorType.UInt64 => (decimal)At<ulong>(tensor, index),
        TensorType.Int8 => (decimal)At<sbyte>(tensor, index),
        TensorType.Int16 => (decimal)At<short>(tensor, index),
        TensorType.Int32 => (decimal)At<int>(tensor, index),
        TensorType.Int64 => (decimal)At<long>(tensor, index),
        TensorType.Float16 => (double)At<Half>(tensor, index),
        TensorType.Float32 => (double)At<float>(tensor, index),
        TensorType.Float64 => At<double>(tensor, index),
        _ => Encoding.UTF8.GetString(tensor.Strings[index]),
    };

    private static T At<T>(Tensor tensor, int index)
        where T : unmanaged => MemoryMarshal.Cast<byte, T>(tensor.Bytes.Span)[index];

    private static bool Equal(JsonElement expected, object got, double tolerance) => (expected.ValueKind, got) switch
    {
        (JsonValueKind.True or JsonValueKind.False, bool flag) => flag == expected.GetBoolean(),
        (JsonValueKind.Number, decimal number) => expected.TryGetDecimal(out var whole) && whole == number,
        (JsonValueKind.Number, double number) => Math.Abs(number - expected.GetDouble()) <= tolerance * Math.Max(1, Math.Abs(expected.GetDouble())),
        (JsonValueKind.String, string text) => text == expected.GetString(),
        _ => false,
    };

    private static string Text(object? value) => value switch
    {
        null => "nothing",
        string text => $"'{text}'",
        bool flag => flag ? "true" : "false",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };
}
