using Fairlead.ModelServer.Http;
using Fairlead.ModelServer.Loading;
using Fairlead.ModelServer.Protocol;
using Fairlead.ModelServer.Running;
using Fairlead.Onnx;

namespace Fairlead.ModelServer.Grpc;

/// <summary>The methods of <c>inference.GRPCInferenceService</c> that say something about server and model. Each reads its message and writes a frame.</summary>
internal sealed class InferenceService(Readiness readiness, ModelEndpoints models)
{
    public static void ServerLive(ReadOnlySpan<byte> message, PooledBuffer answer) => WriteFlag(answer, true);

    public void ServerReady(ReadOnlySpan<byte> message, PooledBuffer answer) => WriteFlag(answer, readiness.Reason is null);

    public void ModelReady(ReadOnlySpan<byte> message, PooledBuffer answer)
    {
        CheckKnown(message);
        WriteFlag(answer, readiness.Reason is null);
    }

    public static void ServerMetadata(ReadOnlySpan<byte> message, PooledBuffer answer)
    {
        var proto = ProtoWriter.Frame(answer);
        proto.Text(1, ModelEndpoints.ServerName);
        proto.Text(2, ModelEndpoints.Version);
        foreach (var extension in ModelEndpoints.Extensions) proto.Text(3, extension);
        ProtoWriter.EndFrame(answer);
    }

    public void ModelMetadata(ReadOnlySpan<byte> message, PooledBuffer answer)
    {
        CheckKnown(message);
        if (readiness.Model is not ModelState.Ready { Model: var model }) throw new RequestRefusedException(StatusCodes.Status503ServiceUnavailable, readiness.ReasonOfModel ?? "loading model");
        var proto = ProtoWriter.Frame(answer);
        proto.Text(1, model.Name);
        proto.Text(2, model.Version);
        proto.Text(3, Protocol.ModelMetadata.Platform);
        WriteTensors(proto, 4, model.Signature.Inputs);
        WriteTensors(proto, 5, model.Signature.Outputs);
        ProtoWriter.EndFrame(answer);
    }

    /// <summary>The repository extension's index (Triton, "Model Repository Extension").</summary>
    public void RepositoryIndex(ReadOnlySpan<byte> message, PooledBuffer answer)
    {
        var onlyReady = false;
        var request = new ProtoReader(message);
        while (request.TryReadTag(out var field, out var wire))
        {
            if (field == 2 && wire == ProtoReader.VarintWire) onlyReady = request.Varint() != 0;
            else request.Skip(wire);
        }

        var proto = ProtoWriter.Frame(answer);
        if (models.Index(onlyReady) is { } model)
        {
            var begin = proto.Begin(1);
            proto.Text(1, model.Name);
            proto.Text(2, model.Version);
            proto.Text(3, model.State);
            proto.Text(4, model.Reason);
            proto.End(begin);
        }

        ProtoWriter.EndFrame(answer);
    }

    private void CheckKnown(ReadOnlySpan<byte> message)
    {
        var (name, version) = ("", "");
        var proto = new ProtoReader(message);
        while (proto.TryReadTag(out var field, out var wire))
        {
            if (field == 1) name = proto.Text(wire);
            else if (field == 2) version = proto.Text(wire);
            else proto.Skip(wire);
        }

        if (models.Unknown(name, version.Length == 0 ? null : version) is { } unknown) throw new RequestRefusedException(StatusCodes.Status404NotFound, unknown);
    }

    private static void WriteTensors(ProtoWriter proto, int field, IReadOnlyList<TensorInfo> tensors)
    {
        foreach (var tensor in tensors)
        {
            var begin = proto.Begin(field);
            proto.Text(1, tensor.Name);
            proto.Text(2, Datatypes.NameOf(tensor.Type));
            proto.Packed(3, tensor.Shape);
            proto.End(begin);
        }
    }

    private static void WriteFlag(PooledBuffer answer, bool flag)
    {
        ProtoWriter.Frame(answer).Number(1, flag ? 1 : 0);
        ProtoWriter.EndFrame(answer);
    }
}
