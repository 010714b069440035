using Microsoft.AspNetCore.Http;

namespace Fairlead.ModelServer.Http;

/// <summary>What ties a log line to a request elsewhere.</summary>
internal static class RequestIdentity
{
    private const int MostCharacters = 128;

    /// <summary>The caller's <c>X-Request-Id</c>; null without one.</summary>
    public static string? Of(HttpContext context) =>
        context.Request.Headers["X-Request-Id"].ToString() is { Length: > 0 and <= MostCharacters } id ? id : null;

    /// <summary>The trace id of <c>traceparent</c> (W3C Trace Context, 3.2); null without one.</summary>
    public static string? TraceOf(HttpContext context) =>
        context.Request.Headers.TraceParent.ToString() is { Length: 55 } parent && parent[2] == '-' && parent[35] == '-' ? parent[3..35] : null;
}
