using System.Runtime.InteropServices;
using Fairlead.ModelServer.Loading;
using Fairlead.ModelServer.Protocol;
using Fairlead.ModelServer.Running;
using Fairlead.Onnx;

namespace Fairlead.ModelServer.Grpc;

/// <summary>Writes a ModelInferResponse: raw contents for a request that was raw, typed otherwise; all raw where an output is FP16, which has no typed form.</summary>
internal static class InferMessageWriter
{
    public static void Write(PooledBuffer target, ServedModel model, InferRequest request, OnnxOutputs outputs)
    {
        var proto = ProtoWriter.Frame(target);
        proto.Text(1, model.Name);
        proto.Text(2, model.Version);
        proto.Text(3, request.Id);
        var raw = request.BinaryByDefault;
        for (var i = 0; i < outputs.Count && !raw; i++) raw = TypedContents.FieldOf(outputs[i].Type) is null;
        for (var i = 0; i < outputs.Count; i++) WriteOutput(proto, outputs[i], typed: !raw);
        for (var i = 0; i < outputs.Count && raw; i++) WriteRaw(target, proto, outputs[i]);
        ProtoWriter.EndFrame(target);
    }

    private static void WriteOutput(ProtoWriter proto, OnnxOutput output, bool typed)
    {
        var tensor = proto.Begin(5);
        proto.Text(1, output.Name);
        proto.Text(2, Datatypes.NameOf(output.Type));
        proto.Packed(3, output.Shape);
        if (typed)
        {
            var contents = proto.Begin(5);
            WriteTyped(proto, output);
            proto.End(contents);
        }

        proto.End(tensor);
    }

    private static void WriteRaw(PooledBuffer target, ProtoWriter proto, OnnxOutput output)
    {
        if (output.Type != TensorType.String)
        {
            proto.Bytes(6, output.Bytes);
            return;
        }

        var raw = proto.Begin(6);
        BinaryTensors.Write(target, output);
        proto.End(raw);
    }

    private static void WriteTyped(ProtoWriter proto, OnnxOutput output)
    {
        var field = TypedContents.FieldOf(output.Type)!.Value;
        if (output.Type == TensorType.String)
        {
            foreach (var text in output.ToTensor().Strings) proto.Bytes(field, text);
            return;
        }

        if (TypedContents.WireOf(output.Type) != ProtoReader.VarintWire)
        {
            // Fixed sizes are packed as the tensor's memory is.
            proto.Bytes(field, output.Bytes);
            return;
        }

        var packed = proto.Begin(field);
        WriteVarints(proto, output);
        proto.End(packed);
    }

    private static void WriteVarints(ProtoWriter proto, OnnxOutput output)
    {
        var bytes = output.Bytes;
        switch (output.Type)
        {
            case TensorType.Bool or TensorType.UInt8: foreach (var value in bytes) proto.Varint(value); break;
            case TensorType.UInt16: foreach (var value in MemoryMarshal.Cast<byte, ushort>(bytes)) proto.Varint(value); break;
            case TensorType.UInt32: foreach (var value in MemoryMarshal.Cast<byte, uint>(bytes)) proto.Varint(value); break;
            case TensorType.UInt64: foreach (var value in MemoryMarshal.Cast<byte, ulong>(bytes)) proto.Varint(value); break;
            case TensorType.Int8: foreach (var value in MemoryMarshal.Cast<byte, sbyte>(bytes)) proto.Varint((ulong)value); break;
            case TensorType.Int16: foreach (var value in MemoryMarshal.Cast<byte, short>(bytes)) proto.Varint((ulong)value); break;
            case TensorType.Int32: foreach (var value in MemoryMarshal.Cast<byte, int>(bytes)) proto.Varint((ulong)value); break;
            case TensorType.Int64: foreach (var value in MemoryMarshal.Cast<byte, long>(bytes)) proto.Varint((ulong)value); break;
            default: throw new ArgumentOutOfRangeException(nameof(output), output.Type, null);
        }
    }
}
