using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Fairlead.Gateway.Forwarding;

/// <summary>Which headers end at the gateway.</summary>
internal static class HeaderRules
{
    public const string RequestId = "X-Request-Id";
    public const string ForwardedFor = "X-Forwarded-For";
    public const string ForwardedHost = "X-Forwarded-Host";
    public const string ForwardedProto = "X-Forwarded-Proto";
    public const string ForwardedPrefix = "X-Forwarded-Prefix";

    // RFC 9110, 7.6.1, and the older Keep-Alive and Proxy-*.
    private static readonly string[] HopByHop =
    [
        HeaderNames.Connection, HeaderNames.KeepAlive, HeaderNames.ProxyConnection, HeaderNames.ProxyAuthenticate,
        HeaderNames.ProxyAuthorization, HeaderNames.TE, HeaderNames.Trailer, HeaderNames.TransferEncoding, HeaderNames.Upgrade,
    ];

    /// <summary>Set anew for the replica: what a client claims about its own address is not trusted.</summary>
    private static readonly HeaderNameSet NotFromClient = new(
    [
        .. HopByHop, HeaderNames.Host, HeaderNames.Expect, "HTTP2-Settings", HeaderNames.ContentLength,
        ForwardedFor, ForwardedHost, ForwardedProto, ForwardedPrefix, "X-Forwarded-Port", "X-Forwarded-Server", "X-Real-IP", "Forwarded",
        RequestId, HeaderNames.TraceParent,
    ]);

    private static readonly HeaderNameSet NotFromReplica = new(HopByHop);

    /// <summary>What is written anew where an answer's bytes are passed on.</summary>
    private static readonly HeaderNameSet NotAsWritten = new([.. HopByHop, HeaderNames.ContentLength, RequestId]);

    public static bool PassesToReplica(string name, StringValues connection) => !NotFromClient.Contains(name) && !IsNamed(connection, name);

    public static bool PassesToClient(string name, StringValues connection) => !NotFromReplica.Contains(name) && !IsNamed(connection, name);

    /// <summary>For a request whose Connection header lists none.</summary>
    public static bool PassesToReplica(ReadOnlySpan<byte> name) => !NotFromClient.Contains(name);

    /// <summary>As it was written; for an answer whose Connection header does not list it.</summary>
    public static bool PassesToClient(ReadOnlySpan<byte> name) => !NotAsWritten.Contains(name);

    /// <summary>Whether a Connection header lists it, which makes any header hop-by-hop.</summary>
    private static bool IsNamed(StringValues connection, string name)
    {
        foreach (var value in connection)
        {
            if (value is null || value.Length < name.Length) continue;
            foreach (var part in value.AsSpan().Split(','))
            {
                if (value.AsSpan(part).Trim().Equals(name, StringComparison.OrdinalIgnoreCase)) return true;
            }
        }

        return false;
    }
}
