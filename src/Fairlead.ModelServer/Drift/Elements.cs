using System.Runtime.InteropServices;
using Fairlead.Onnx;

namespace Fairlead.ModelServer.Drift;

/// <summary>Elements of any numeric type as numbers.</summary>
internal static class Elements
{
    public static bool IsWhole(TensorType type) => type is not (TensorType.Float16 or TensorType.Float32 or TensorType.Float64 or TensorType.String);

    public static double Read(TensorType type, ReadOnlySpan<byte> bytes, int index) => type switch
    {
        TensorType.Float32 => MemoryMarshal.Cast<byte, float>(bytes)[index],
        TensorType.Float64 => MemoryMarshal.Cast<byte, double>(bytes)[index],
        TensorType.Float16 => (double)MemoryMarshal.Cast<byte, Half>(bytes)[index],
        TensorType.Int64 => MemoryMarshal.Cast<byte, long>(bytes)[index],
        TensorType.Int32 => MemoryMarshal.Cast<byte, int>(bytes)[index],
        TensorType.Int16 => MemoryMarshal.Cast<byte, short>(bytes)[index],
        TensorType.Int8 => (sbyte)bytes[index],
        TensorType.UInt64 => MemoryMarshal.Cast<byte, ulong>(bytes)[index],
        TensorType.UInt32 => MemoryMarshal.Cast<byte, uint>(bytes)[index],
        TensorType.UInt16 => MemoryMarshal.Cast<byte, ushort>(bytes)[index],
        TensorType.UInt8 or TensorType.Bool => bytes[index],
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Texts are no numbers."),
    };

    /// <summary>False for what the type cannot hold: not finite, a fraction, out of range.</summary>
    public static bool TryWrite(TensorType type, double value, Span<byte> bytes, int index)
    {
        switch (type)
        {
            case TensorType.Float32: MemoryMarshal.Cast<byte, float>(bytes)[index] = (float)value; break;
            case TensorType.Float64: MemoryMarshal.Cast<byte, double>(bytes)[index] = value; break;
            case TensorType.Float16: MemoryMarshal.Cast<byte, Half>(bytes)[index] = (Half)value; break;
            case TensorType.Int64: MemoryMarshal.Cast<byte, long>(bytes)[index] = (long)value; break;
            case TensorType.Int32: MemoryMarshal.Cast<byte, int>(bytes)[index] = (int)value; break;
            case TensorType.Int16: MemoryMarshal.Cast<byte, short>(bytes)[index] = (short)value; break;
            case TensorType.Int8: bytes[index] = (byte)(sbyte)value; break;
            case TensorType.UInt64: MemoryMarshal.Cast<byte, ulong>(bytes)[index] = (ulong)value; break;
            case TensorType.UInt32: MemoryMarshal.Cast<byte, uint>(bytes)[index] = (uint)value; break;
            case TensorType.UInt16: MemoryMarshal.Cast<byte, ushort>(bytes)[index] = (ushort)value; break;
            case TensorType.UInt8: bytes[index] = (byte)value; break;
            case TensorType.Bool: bytes[index] = value is 0 ? (byte)0 : (byte)1; break;
            default: return false;
        }

        return !IsWhole(type) || Read(type, bytes, index).Equals(value);
    }
}
