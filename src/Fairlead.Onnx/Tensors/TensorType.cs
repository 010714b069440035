namespace Fairlead.Onnx;

/// <summary>The element types that the inference protocol and ONNX Runtime share.</summary>
public enum TensorType
{
    Bool,
    UInt8,
    UInt16,
    UInt32,
    UInt64,
    Int8,
    Int16,
    Int32,
    Int64,
    Float16,
    Float32,
    Float64,
    String,
}

public static class TensorTypes
{
    /// <summary>Bytes of one element; 0 for <see cref="TensorType.String"/>, whose elements differ in length.</summary>
    public static int ElementSize(this TensorType type) => type switch
    {
        TensorType.Bool or TensorType.UInt8 or TensorType.Int8 => 1,
        TensorType.UInt16 or TensorType.Int16 or TensorType.Float16 => 2,
        TensorType.UInt32 or TensorType.Int32 or TensorType.Float32 => 4,
        TensorType.UInt64 or TensorType.Int64 or TensorType.Float64 => 8,
        TensorType.String => 0,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, null),
    };
}
