using Fairlead.ModelServer.Watching;
using Fairlead.Telemetry.Tracing;
using Microsoft.AspNetCore.Http;

namespace Fairlead.ModelServer.Http;

/// <summary>What ties a log line to a request elsewhere.</summary>
/// <param name="RequestId">The caller's <c>X-Request-Id</c>, or one of the server's own.</param>
/// <param name="TraceId">Null when the request is part of no trace.</param>
/// <param name="SpanId">The server's own span; the caller's where the server makes none.</param>
internal readonly record struct RequestIdentity(string RequestId, string? TraceId, string? SpanId)
{
    private const int MostCharacters = 128;

    /// <summary>The caller's <c>X-Request-Id</c>; null without one.</summary>
    public static string? Given(HttpContext context) =>
        context.Request.Headers["X-Request-Id"].ToString() is { Length: > 0 and <= MostCharacters } id ? id : null;

    /// <summary>The caller's place in its trace; null without one.</summary>
    public static TraceContext? CallerOf(HttpContext context) => TraceContext.Parse(context.Request.Headers.TraceParent.ToString(), context.Request.Headers.TraceState.ToString());

    public static RequestIdentity Of(HttpContext context)
    {
        var trace = context.Features.Get<WatchedWire>()?.Trace ?? CallerOf(context);
        return new RequestIdentity(Given(context) ?? context.TraceIdentifier, trace?.TraceIdText, trace?.SpanIdText);
    }
}
