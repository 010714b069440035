using Fairlead.ModelServer.Grpc;
using Fairlead.ModelServer.Http;
using Fairlead.ModelServer.Running;
using Fairlead.Telemetry.Tracing;
using Microsoft.AspNetCore.Http;

namespace Fairlead.ModelServer.Tracing;

/// <summary>The server's span of one inference request, with what it waited and ran as children (semantic conventions: HTTP server, RPC server).</summary>
internal sealed class RequestSpan
{
    private readonly HttpContext _context;
    private readonly TimeProvider _time;
    private readonly TraceContext? _parent;
    private readonly long _begun;
    private readonly long _wall;

    public RequestSpan(HttpContext context, TraceContext? parent, UInt128 trace, TimeProvider time)
    {
        (_context, _parent, _time) = (context, parent, time);
        Context = new TraceContext(trace, NewSpanId(), Sampled: true, parent?.State);
        (_begun, _wall) = (time.GetTimestamp(), Nanoseconds(time.GetUtcNow()));
    }

    public TraceContext Context { get; }

    public string? Model { get; set; }

    public string? Version { get; set; }

    /// <summary>The spans, the server's own first. <paramref name="error"/> is for what is the server's fault.</summary>
    public IReadOnlyList<SpanRecord> End(int status, string? error, RunRecord run)
    {
        var attributes = RequestAttributes.Of(_context, status);
        if (Model is not null) attributes.Add(new("fairlead.model.name", Model));
        if (Version is not null) attributes.Add(new("fairlead.model.version", Version));
        if (RequestIdentity.Given(_context) is { } id) attributes.Add(new("fairlead.request.id", id));
        var fault = status >= StatusCodes.Status500InternalServerError ? error ?? $"{status}" : null;
        if (fault is not null) attributes.Add(new("error.type", $"{status}"));
        var spans = new List<SpanRecord>(3);
        var name = RequestAttributes.IsGrpc(_context) ? $"{GrpcRoutes.Inference}/ModelInfer" : $"POST {RequestAttributes.RouteOf(_context)}";
        spans.Add(new SpanRecord(Context, _parent?.SpanId ?? 0, name, SpanKind.Server, _wall, At(_time.GetTimestamp()), attributes, fault));
        if (run.Queued != 0) spans.Add(Child("queue", run.Queued, run.Started == 0 ? _time.GetTimestamp() : run.Started, []));
        if (run.Started != 0) spans.Add(Child("inference", run.Started, run.Ended, [new("fairlead.batch.size", (long)run.Requests)]));
        if (run.Started != 0)
        {
            attributes.Add(new("fairlead.batch.size", (long)run.Requests));
            attributes.Add(new("fairlead.queue.duration", run.Queued == 0 ? 0.0 : _time.GetElapsedTime(run.Queued, run.Started).TotalSeconds));
        }

        return spans;
    }

    public static UInt128 NewTraceId() => new(NewSpanId(), NewSpanId());

    private static ulong NewSpanId() => (ulong)Random.Shared.NextInt64(1, long.MaxValue);

    private static long Nanoseconds(DateTimeOffset time) => (time - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;

    private SpanRecord Child(string name, long start, long end, IReadOnlyList<KeyValuePair<string, object>> attributes) =>
        new(Context with { SpanId = NewSpanId() }, Context.SpanId, name, SpanKind.Internal, At(start), At(end), attributes, null);

    private long At(long timestamp) => _wall + (_time.GetElapsedTime(_begun, timestamp).Ticks * TimeSpan.NanosecondsPerTick);
}
