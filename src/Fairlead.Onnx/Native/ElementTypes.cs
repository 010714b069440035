namespace Fairlead.Onnx.Native;

/// <summary>Between <c>ONNXTensorElementDataType</c> (the numbers of <c>TensorProto.DataType</c>) and <see cref="TensorType"/>.</summary>
internal static class ElementTypes
{
    private static readonly (int Code, TensorType Type)[] Known =
    [
        (1, TensorType.Float32), (2, TensorType.UInt8), (3, TensorType.Int8), (4, TensorType.UInt16), (5, TensorType.Int16),
        (6, TensorType.Int32), (7, TensorType.Int64), (8, TensorType.String), (9, TensorType.Bool), (10, TensorType.Float16),
        (11, TensorType.Float64), (12, TensorType.UInt32), (13, TensorType.UInt64),
    ];

    private static readonly string[] Others =
        ["complex64", "complex128", "bfloat16", "float8e4m3fn", "float8e4m3fnuz", "float8e5m2", "float8e5m2fnuz", "uint4", "int4"];

    public static bool TryGetType(int code, out TensorType type)
    {
        var index = Array.FindIndex(Known, k => k.Code == code);
        type = index < 0 ? default : Known[index].Type;
        return index >= 0;
    }

    public static int CodeOf(TensorType type) => Array.Find(Known, k => k.Type == type).Code;

    /// <summary>The ONNX name of a type that the inference protocol does not have.</summary>
    public static string NameOf(int code) => code - 14 is >= 0 and var index && index < Others.Length ? Others[index] : $"element type {code}";
}
