using System.Net;
using Fairlead.Core.Routing;
using Fairlead.Gateway.Routing;
using Microsoft.Net.Http.Headers;

namespace Fairlead.Gateway.Forwarding;

/// <summary>A client's request as a replica gets it.</summary>
internal static class ReplicaRequest
{
    /// <summary>The target is sent byte for byte as it came: .NET would write some escapes otherwise.</summary>
    private static readonly UriCreationOptions AsItCame = new() { DangerousDisablePathAndQueryCanonicalization = true };

    public static HttpRequestMessage Build(HttpContext context, in RequestTarget target, ReplicaState replica, HttpContent? body, RequestIdentity identity)
    {
        var request = new HttpRequestMessage(HttpMethod.Parse(context.Request.Method), new Uri($"http://{replica.Address}{target.Forward}", AsItCame))
        {
            Version = HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = body,
        };
        CopyHeaders(context.Request.Headers, request);
        var host = context.Request.Headers.Host.ToString();
        if (host.Length > 0) Set(request, HeaderRules.ForwardedHost, request.Headers.Host = host);
        Set(request, HeaderRules.ForwardedFor, context.Connection.RemoteIpAddress?.MapToIPv4Or() ?? "unknown");
        Set(request, HeaderRules.ForwardedProto, context.Request.Scheme);
        if (target.Kind == TargetKind.Service) Set(request, HeaderRules.ForwardedPrefix, $"/services/{target.Deployment}");
        Set(request, HeaderRules.RequestId, identity.RequestId);
        Set(request, HeaderNames.TraceParent, identity.TraceParent);
        return request;
    }

    private static void CopyHeaders(IHeaderDictionary headers, HttpRequestMessage request)
    {
        var connection = headers.Connection;
        foreach (var (name, values) in headers)
        {
            if (!HeaderRules.PassesToReplica(name, connection)) continue;
            if (HeaderRules.IsOfContent(name)) request.Content?.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values);
            else request.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values);
        }
    }

    private static void Set(HttpRequestMessage request, string name, string value) => request.Headers.TryAddWithoutValidation(name, value);

    private static string MapToIPv4Or(this IPAddress address) => (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString();
}
