using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Fairlead.Core.Models.Golden;
using Fairlead.ModelServer.Protocol;
using Fairlead.Onnx;

namespace Fairlead.ModelServer.Loading;

/// <summary>Compares an output with the one that the golden file has.</summary>
internal static class GoldenComparison
{
    /// <summary>The first difference, in words; null when there is none.</summary>
    public static string? Difference(GoldenOutput expected, Tensor got, GoldenFile golden)
    {
        if (Datatypes.NameOf(got.Type) != expected.Datatype) return $"is {Datatypes.NameOf(got.Type)}, expected {expected.Datatype}";
        if (!got.Shape.SequenceEqual(expected.Shape)) return $"has the shape [{string.Join(',', got.Shape)}], expected [{string.Join(',', expected.Shape)}]";
        for (var i = 0; i < expected.Data.Count; i++)
        {
            var value = ValueAt(got, i);
            if (!Equal(expected.Data[i], value, golden)) return $"element {i}: expected {expected.Data[i].GetRawText()}, got {Text(value)}";
        }

        return null;
    }

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

    private static bool Equal(JsonElement expected, object got, GoldenFile golden) => (expected.ValueKind, got) switch
    {
        (JsonValueKind.True or JsonValueKind.False, bool flag) => flag == expected.GetBoolean(),
        (JsonValueKind.Number, decimal number) => expected.TryGetDecimal(out var whole) && whole == number,
        (JsonValueKind.Number, double number) => golden.Accepts(expected.GetDouble(), number),
        (JsonValueKind.String, string text) => text == expected.GetString(),
        _ => false,
    };

    private static string Text(object value) => value switch
    {
        string text => $"'{text}'",
        bool flag => flag ? "true" : "false",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };
}
