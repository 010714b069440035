using Fairlead.ModelServer.Http;
using Fairlead.ModelServer.Protocol;
using Fairlead.ModelServer.Sampling;
using Fairlead.ModelServer.Tracing;
using Fairlead.Telemetry.Tracing;
using Microsoft.AspNetCore.Http;

namespace Fairlead.ModelServer.Watching;

/// <summary>Decides which requests are traced and sampled, and hands over what was noted of them. There is none while neither is asked for.</summary>
internal sealed class RequestWatcher(OtlpExport? traces, SampleRecorder? samples, TimeProvider time)
{
    /// <summary>The wire to answer the request by; the given one for a request that nothing is noted of.</summary>
    public IInferWire Begin(HttpContext context, IInferWire wire)
    {
        var span = traces is null ? null : Trace(context, traces.Sampler);
        var sample = samples?.Choose(context);
        if (span is null && sample is null) return wire;
        var watched = new WatchedWire(wire, span, sample);
        context.Features.Set(watched);
        return watched;
    }

    public void End(IInferWire wire, int status, TimeSpan took)
    {
        if (wire is not WatchedWire watched) return;
        if (watched.Span is { } span) traces!.Add(span.End(status, watched.Refusal, watched.Run));
        if (watched.Sample is { } sample) samples!.Add(sample.End(status, watched.Refusal, took));
    }

    private RequestSpan? Trace(HttpContext context, TraceSampler sampler)
    {
        var caller = RequestIdentity.CallerOf(context);
        var trace = caller?.TraceId ?? RequestSpan.NewTraceId();
        return sampler.Takes(caller, trace) ? new RequestSpan(context, caller, trace, time) : null;
    }
}
