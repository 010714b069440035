using Fairlead.ModelServer.Loading;
using Fairlead.ModelServer.Protocol;
using Fairlead.ModelServer.Running;
using Fairlead.ModelServer.Settings;
using Fairlead.Onnx;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;

namespace Fairlead.ModelServer.Grpc;

/// <summary>ModelInferRequest and ModelInferResponse.</summary>
internal sealed class GrpcInferWire(ServerOptions options) : IInferWire
{
    public async ValueTask<InferRequest> ReadAsync(HttpContext context, ServedModel model, RequestDeadline deadline)
    {
        var message = await GrpcMessage.ReadAsync(context.Request, options.MaxBody.Bytes, deadline.Token);
        var request = new InferRequest(model.Signature.Inputs.Count) { MaxTensor = model.Signature.MaxTensor };
        request.Own(message.Buffer);
        try
        {
            Read(message.Bytes, model, request);
            return request;
        }
        catch (InvalidDataException e)
        {
            request.Dispose();
            throw new RequestRefusedException($"The message is not valid protobuf: {e.Message}");
        }
        catch
        {
            request.Dispose();
            throw;
        }
    }

    public void Write(PooledBuffer answer, ServedModel model, InferRequest request, OnnxOutputs outputs) => InferMessageWriter.Write(answer, model, request, outputs);

    public Task SendAsync(HttpContext context, InferRequest request, PooledBuffer answer, bool last)
    {
        // HTTP/2 has no "Connection: close"; this sends GOAWAY, and calls that run are still answered.
        if (last) context.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();
        return GrpcAnswer.SendAsync(context, answer);
    }

    public Task RefuseAsync(HttpContext context, int status, string message, TimeSpan? retryAfter)
    {
        GrpcAnswer.Fail(context, GrpcStatuses.OfHttp(status), message);
        return Task.CompletedTask;
    }

    private static void Read(Memory<byte> message, ServedModel model, InferRequest request)
    {
        var reader = new InferMessageReader(message, model.Signature);
        reader.Walk(request);
        if (reader.ModelName != model.Name) throw new RequestRefusedException(StatusCodes.Status404NotFound, $"There is no model '{reader.ModelName}' here; this is '{model.Name}'.");
        if (reader.ModelVersion.Length > 0 && reader.ModelVersion != model.Version)
        {
            throw new RequestRefusedException(StatusCodes.Status404NotFound, $"There is no version '{reader.ModelVersion}' of '{model.Name}' here; this is '{model.Version}'.");
        }

        reader.ReadTensors(request);
    }
}
