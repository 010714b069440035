using Fairlead.ModelServer.Grpc;
using Microsoft.AspNetCore.Http;

namespace Fairlead.ModelServer.Tracing;

/// <summary>What OpenTelemetry's semantic conventions say of a request that a server answers.</summary>
internal static class RequestAttributes
{
    public static bool IsGrpc(HttpContext context) => HttpProtocol.IsHttp2(context.Request.Protocol);

    /// <summary>The path with its variable parts named: few values, so that spans of one route can be put together.</summary>
    public static string RouteOf(HttpContext context) =>
        context.Request.Path.Value?.Contains("/versions/", StringComparison.Ordinal) == true ? "/v2/models/{model}/versions/{version}/infer" : "/v2/models/{model}/infer";

    public static List<KeyValuePair<string, object>> Of(HttpContext context, int status)
    {
        var request = context.Request;
        var attributes = new List<KeyValuePair<string, object>>(16);
        if (IsGrpc(context))
        {
            attributes.Add(new("rpc.system", "grpc"));
            attributes.Add(new("rpc.service", GrpcRoutes.Inference));
            attributes.Add(new("rpc.method", "ModelInfer"));
            attributes.Add(new("rpc.grpc.status_code", (long)GrpcStatuses.OfHttp(status)));
        }
        else
        {
            attributes.Add(new("http.request.method", request.Method));
            attributes.Add(new("http.route", RouteOf(context)));
            attributes.Add(new("url.path", request.Path.Value ?? "/"));
            attributes.Add(new("url.scheme", request.Scheme));
            attributes.Add(new("http.response.status_code", (long)status));
        }

        attributes.Add(new("network.protocol.version", IsGrpc(context) ? "2" : "1.1"));
        if (request.Host.HasValue) attributes.Add(new("server.address", request.Host.Host));
        if (request.Host.Port is { } port) attributes.Add(new("server.port", (long)port));
        if (context.Connection.RemoteIpAddress is { } client) attributes.Add(new("client.address", client.ToString()));
        if (request.Headers.UserAgent.ToString() is { Length: > 0 } agent) attributes.Add(new("user_agent.original", agent));
        return attributes;
    }
}
