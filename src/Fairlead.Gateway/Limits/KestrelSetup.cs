using System.Text;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Fairlead.Gateway.Limits;

/// <summary>What the public listener allows a connection.</summary>
internal static class KestrelSetup
{
    /// <summary>A body's limit is set per request from its route; this is for what has none.</summary>
    public const int OwnBodyBytes = 64 * 1024;

    /// <summary>Kestrel takes a bare LF for a line's end by itself; others on the way may not, and then see other requests than we do.</summary>
    private const string NoBareLineFeeds = "Microsoft.AspNetCore.Server.Kestrel.DisableHttp1LineFeedTerminators";

    public static void Apply(LimitOptions options, KestrelServerOptions kestrel)
    {
        AppContext.SetSwitch(NoBareLineFeeds, true);
        kestrel.AddServerHeader = false;
        kestrel.RequestHeaderEncodingSelector = static _ => Encoding.Latin1;
        kestrel.ResponseHeaderEncodingSelector = static _ => Encoding.Latin1;
        var limits = kestrel.Limits;
        limits.MaxConcurrentConnections = options.MaxConnections;
        limits.MaxRequestHeadersTotalSize = options.MaxHeaderBytes;
        limits.MaxRequestHeaderCount = options.MaxHeaderCount;
        limits.MaxRequestLineSize = options.MaxRequestLineBytes;
        limits.RequestHeadersTimeout = options.HeaderTimeout;
        limits.KeepAliveTimeout = options.KeepAliveTimeout;
        limits.MaxRequestBodySize = OwnBodyBytes;
        limits.MinRequestBodyDataRate = new MinDataRate(options.MinBodyBytesPerSecond, options.MinRateGrace);

        // Kestrel credits what the kernel buffered, so its rate says little about a client that stopped: AnswerRelay times each write.
        limits.MinResponseDataRate = null;

        // Per connection, and not smaller than one request's line and headers.
        limits.MaxRequestBufferSize = Math.Max(128 * 1024, options.MaxHeaderBytes + options.MaxRequestLineBytes);
        limits.MaxResponseBufferSize = 64 * 1024;
    }
}
