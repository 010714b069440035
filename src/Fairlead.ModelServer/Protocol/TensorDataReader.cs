using System.Runtime.InteropServices;
using System.Text.Json;
using Fairlead.Onnx;

namespace Fairlead.ModelServer.Protocol;

/// <summary>Reads a tensor's elements from JSON into its memory; one loop per type, so that no element is boxed.</summary>
internal static class TensorDataReader
{
    private delegate bool ElementReader<T>(ref Utf8JsonReader json, out T value);

    public static void ReadNumbers(ref Utf8JsonReader json, string input, TensorType type, long[] shape, Span<byte> target)
    {
        switch (type)
        {
            case TensorType.Bool: Fill<byte>(ref json, input, type, shape, target, ReadBool); break;
            case TensorType.UInt8: Fill<byte>(ref json, input, type, shape, target, static (ref Utf8JsonReader j, out byte v) => Number(ref j, out v) && j.TryGetByte(out v)); break;
            case TensorType.UInt16: Fill<ushort>(ref json, input, type, shape, target, static (ref Utf8JsonReader j, out ushort v) => Number(ref j, out v) && j.TryGetUInt16(out v)); break;
            case TensorType.UInt32: Fill<uint>(ref json, input, type, shape, target, static (ref Utf8JsonReader j, out uint v) => Number(ref j, out v) && j.TryGetUInt32(out v)); break;
            case TensorType.UInt64: Fill<ulong>(ref json, input, type, shape, target, static (ref Utf8JsonReader j, out ulong v) => Number(ref j, out v) && j.TryGetUInt64(out v)); break;
            case TensorType.Int8: Fill<sbyte>(ref json, input, type, shape, target, static (ref Utf8JsonReader j, out sbyte v) => Number(ref j, out v) && j.TryGetSByte(out v)); break;
            case TensorType.Int16: Fill<short>(ref json, input, type, shape, target, static (ref Utf8JsonReader j, out short v) => Number(ref j, out v) && j.TryGetInt16(out v)); break;
            case TensorType.Int32: Fill<int>(ref json, input, type, shape, target, static (ref Utf8JsonReader j, out int v) => Number(ref j, out v) && j.TryGetInt32(out v)); break;
            case TensorType.Int64: Fill<long>(ref json, input, type, shape, target, static (ref Utf8JsonReader j, out long v) => Number(ref j, out v) && j.TryGetInt64(out v)); break;
            case TensorType.Float16: Fill<Half>(ref json, input, type, shape, target, ReadHalf); break;
            case TensorType.Float32: Fill<float>(ref json, input, type, shape, target, static (ref Utf8JsonReader j, out float v) => Number(ref j, out v) && j.TryGetSingle(out v) && float.IsFinite(v)); break;
            case TensorType.Float64: Fill<double>(ref json, input, type, shape, target, static (ref Utf8JsonReader j, out double v) => Number(ref j, out v) && j.TryGetDouble(out v) && double.IsFinite(v)); break;
            default: throw new ArgumentOutOfRangeException(nameof(type), type, null);
        }
    }

    public static byte[][] ReadStrings(ref Utf8JsonReader json, string input, long[] shape, int elements)
    {
        var cursor = new ElementCursor(input, shape);
        var strings = new byte[elements][];
        while (cursor.Next(ref json))
        {
            if (cursor.Count > elements) continue;
            if (json.TokenType != JsonTokenType.String) throw new RequestRefusedException($"The input '{input}' is BYTES: element {cursor.Count - 1} is not a string.");
            strings[cursor.Count - 1] = Utf8(ref json, input, cursor.Count - 1);
        }

        CheckCount(input, shape, elements, cursor.Count);
        return strings;
    }

    private static void Fill<T>(ref Utf8JsonReader json, string input, TensorType type, long[] shape, Span<byte> target, ElementReader<T> read)
        where T : unmanaged
    {
        var cursor = new ElementCursor(input, shape);
        var elements = MemoryMarshal.Cast<byte, T>(target);
        while (cursor.Next(ref json))
        {
            var index = cursor.Count - 1;
            if (index >= elements.Length) continue;
            if (!read(ref json, out elements[index])) throw Unfit(ref json, input, type, index);
        }

        CheckCount(input, shape, elements.Length, cursor.Count);
    }

    private static bool Number<T>(ref Utf8JsonReader json, out T value)
        where T : unmanaged
    {
        value = default;
        return json.TokenType == JsonTokenType.Number;
    }

    private static bool ReadBool(ref Utf8JsonReader json, out byte value)
    {
        value = json.TokenType == JsonTokenType.True ? (byte)1 : (byte)0;
        return json.TokenType is JsonTokenType.True or JsonTokenType.False;
    }

    private static bool ReadHalf(ref Utf8JsonReader json, out Half value)
    {
        value = default;
        if (json.TokenType != JsonTokenType.Number || !json.TryGetDouble(out var number)) return false;
        value = (Half)number;
        return Half.IsFinite(value);
    }

    private static byte[] Utf8(ref Utf8JsonReader json, string input, int index)
    {
        try
        {
            if (!json.ValueIsEscaped)
            {
                var raw = json.ValueSpan;
                return System.Text.Unicode.Utf8.IsValid(raw) ? raw.ToArray() : throw new InvalidOperationException();
            }

            var buffer = new byte[json.ValueSpan.Length];
            return buffer.AsSpan(0, json.CopyString(buffer)).ToArray();
        }
        catch (InvalidOperationException)
        {
            throw new RequestRefusedException($"The input '{input}': element {index} is not valid UTF-8 text.");
        }
    }

    private static void CheckCount(string input, long[] shape, int wanted, int got)
    {
        if (got != wanted) throw new RequestRefusedException($"The input '{input}' has the shape [{string.Join(',', shape)}], which is {wanted} elements; its 'data' has {got}.");
    }

    private static RequestRefusedException Unfit(ref Utf8JsonReader json, string input, TensorType type, int index)
    {
        var text = json.TokenType is JsonTokenType.Number or JsonTokenType.True or JsonTokenType.False or JsonTokenType.Null
            ? System.Text.Encoding.UTF8.GetString(json.ValueSpan[..Math.Min(json.ValueSpan.Length, 40)])
            : "a string";
        return new RequestRefusedException($"The input '{input}' is {Datatypes.NameOf(type)}: element {index} is {text}, which that type cannot hold.");
    }
}
