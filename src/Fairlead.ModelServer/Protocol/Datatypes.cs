using Fairlead.Onnx;

namespace Fairlead.ModelServer.Protocol;

/// <summary>The protocol's names of element types (Open Inference Protocol v2, "Tensor Data Types").</summary>
internal static class Datatypes
{
    private static readonly string[] Names =
        ["BOOL", "UINT8", "UINT16", "UINT32", "UINT64", "INT8", "INT16", "INT32", "INT64", "FP16", "FP32", "FP64", "BYTES"];

    public static string NameOf(TensorType type) => Names[(int)type];

    public static bool TryParse(ReadOnlySpan<char> name, out TensorType type)
    {
        for (var i = 0; i < Names.Length; i++)
        {
            if (!name.SequenceEqual(Names[i])) continue;
            type = (TensorType)i;
            return true;
        }

        type = default;
        return false;
    }
}
