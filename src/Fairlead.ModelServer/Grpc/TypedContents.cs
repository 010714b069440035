using Fairlead.ModelServer.Protocol;
using Fairlead.Onnx;

namespace Fairlead.ModelServer.Grpc;

/// <summary>The fields of <c>InferTensorContents</c>: which one carries a datatype.</summary>
internal static class TypedContents
{
    public const int BytesField = 8;
    private static readonly string[] Names = ["", "bool_contents", "int_contents", "int64_contents", "uint_contents", "uint64_contents", "fp32_contents", "fp64_contents", "bytes_contents"];

    /// <summary>Null for FP16, which gRPC carries as raw contents alone.</summary>
    public static int? FieldOf(TensorType type) => type switch
    {
        TensorType.Bool => 1,
        TensorType.Int8 or TensorType.Int16 or TensorType.Int32 => 2,
        TensorType.Int64 => 3,
        TensorType.UInt8 or TensorType.UInt16 or TensorType.UInt32 => 4,
        TensorType.UInt64 => 5,
        TensorType.Float32 => 6,
        TensorType.Float64 => 7,
        TensorType.String => BytesField,
        _ => null,
    };

    public static int WireOf(TensorType type) => type switch
    {
        TensorType.Float32 => ProtoReader.Fixed32Wire,
        TensorType.Float64 => ProtoReader.Fixed64Wire,
        TensorType.String => ProtoReader.BytesWire,
        _ => ProtoReader.VarintWire,
    };

    public static RequestRefusedException WrongField(string input, TensorType type, int field) =>
        new($"The input '{input}' is {Datatypes.NameOf(type)}: its contents belong in {(FieldOf(type) is { } right ? Names[right] : "raw_input_contents")}, not in {(field < Names.Length ? Names[field] : $"field {field}")}.");
}
