using Fairlead.ModelServer.Loading;
using Fairlead.ModelServer.Protocol;
using Fairlead.ModelServer.Running;
using Fairlead.ModelServer.Sampling;
using Fairlead.ModelServer.Tracing;
using Fairlead.Onnx;
using Fairlead.Telemetry.Tracing;
using Microsoft.AspNetCore.Http;

namespace Fairlead.ModelServer.Watching;

/// <summary>The wire of one request that is traced or sampled: passes everything on and takes note of it.</summary>
internal sealed class WatchedWire(IInferWire wire, RequestSpan? span, Sample? sample) : IInferWire
{
    /// <summary>Null when it is only sampled.</summary>
    public TraceContext? Trace => Span?.Context;

    public RequestSpan? Span { get; } = span;

    public Sample? Sample { get; } = sample;

    /// <summary>Why the request was refused; null when it was not.</summary>
    public string? Refusal { get; private set; }

    public RunRecord Run { get; } = new();

    public async ValueTask<InferRequest> ReadAsync(HttpContext context, ServedModel model, RequestDeadline deadline)
    {
        if (Span is { } traced) (traced.Model, traced.Version) = (model.Name, model.Version);
        Sample?.Of(model);
        var request = await wire.ReadAsync(context, model, deadline);
        request.Record = Run;
        Sample?.Take(request);
        return request;
    }

    public void Write(PooledBuffer answer, ServedModel model, InferRequest request, OnnxOutputs outputs)
    {
        Sample?.Take(outputs);
        wire.Write(answer, model, request, outputs);
    }

    public Task SendAsync(HttpContext context, InferRequest request, PooledBuffer answer, bool last) => wire.SendAsync(context, request, answer, last);

    public Task RefuseAsync(HttpContext context, int status, string message, TimeSpan? retryAfter)
    {
        Refusal = message;
        return wire.RefuseAsync(context, status, message, retryAfter);
    }
}
