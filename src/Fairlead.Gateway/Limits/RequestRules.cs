namespace Fairlead.Gateway.Limits;

/// <summary>Requests that are refused before anyone looks where they go.</summary>
internal static class RequestRules
{
    /// <returns>Null when the request is fine.</returns>
    public static (int Status, string Error)? Check(HttpRequest request)
    {
        var headers = request.Headers;
        if (HttpMethods.IsConnect(request.Method) || HttpMethods.IsTrace(request.Method)) return (405, $"{request.Method} is not served.");

        // Kestrel lets Transfer-Encoding win over Content-Length (RFC 9112, 6.3) and keeps the latter under this name.
        if (headers.TransferEncoding.Count > 0 && (headers.ContentLength is not null || headers.ContainsKey("X-Content-Length")))
            return (400, "The request has both Content-Length and Transfer-Encoding.");
        if (headers.Upgrade.Any(u => u is not null && u.Contains("websocket", StringComparison.OrdinalIgnoreCase))) return (501, "WebSocket is not supported.");
        if (headers.Expect.Any(e => !string.Equals(e, "100-continue", StringComparison.OrdinalIgnoreCase))) return (417, "Only '100-continue' can be expected.");
        return null;
    }
}
