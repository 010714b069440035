using Fairlead.Onnx;

namespace Fairlead.Packaging;

/// <summary>Type names of the Open Inference Protocol.</summary>
public static class ProtocolTypes
{
    public static string NameOf(TensorType type) => type switch
    {
        TensorType.Bool => "BOOL",
        TensorType.UInt8 => "UINT8",
        TensorType.UInt16 => "UINT16",
        TensorType.UInt32 => "UINT32",
        TensorType.UInt64 => "UINT64",
        TensorType.Int8 => "INT8",
        TensorType.Int16 => "INT16",
        TensorType.Int32 => "INT32",
        TensorType.Int64 => "INT64",
        TensorType.Float16 => "FP16",
        TensorType.Float32 => "FP32",
        TensorType.Float64 => "FP64",
        TensorType.String => "BYTES",
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, null),
    };

    /// <summary>Such as <c>FP32 [batch, 4]</c>; a free size without a name is <c>?</c>.</summary>
    public static string Describe(TensorInfo tensor) =>
        $"{NameOf(tensor.Type)} [{string.Join(", ", tensor.Shape.Select((size, i) => size >= 0 ? $"{size}" : tensor.DimensionNames[i] ?? "?"))}]";
}
