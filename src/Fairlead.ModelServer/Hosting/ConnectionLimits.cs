using Fairlead.ModelServer.Settings;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Fairlead.ModelServer.Hosting;

/// <summary>What one connection may take: a client that sends or reads too slowly, or keeps silent, gives its place to others.</summary>
internal static class ConnectionLimits
{
    // A client behind a slow line still makes this; one that holds connections open on purpose does not.
    private static readonly MinDataRate Slowest = new(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(5));

    public static void Set(KestrelServerLimits limits, ServerOptions options)
    {
        limits.MaxRequestBodySize = options.MaxBody.Bytes;
        limits.MaxConcurrentConnections = options.MaxConnections;
        limits.MaxRequestHeaderCount = 64;
        limits.MaxRequestHeadersTotalSize = 16 << 10;
        limits.MaxRequestLineSize = 4 << 10;
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        limits.MinRequestBodyDataRate = Slowest;
        limits.MinResponseDataRate = Slowest;

        // Longer than the gateway keeps an idle connection: who sends on it decides when it ends.
        limits.KeepAliveTimeout = TimeSpan.FromMinutes(5);
    }
}
