using Fairlead.ModelServer.Settings;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Fairlead.ModelServer.Hosting;

/// <summary>What one connection may take: a client that sends or reads too slowly, or keeps silent, gives its place to others.</summary>
internal static class ConnectionLimits
{
    // Time for a slow start of the connection before its rate is measured.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    public static void Set(KestrelServerLimits limits, ServerOptions options)
    {
        limits.MaxRequestBodySize = options.MaxBody.Bytes;
        limits.MaxConcurrentConnections = options.MaxConnections;
        limits.MaxRequestHeaderCount = 64;
        limits.MaxRequestHeadersTotalSize = 16 << 10;
        limits.MaxRequestLineSize = 4 << 10;
        limits.RequestHeadersTimeout = options.HeaderTimeout;
        limits.KeepAliveTimeout = options.IdleTimeout;

        // A client behind a slow line still makes this; one that holds connections open on purpose does not.
        var slowest = options.MinRate.Bytes > 0 ? new MinDataRate(options.MinRate.Bytes, Grace) : null;
        (limits.MinRequestBodyDataRate, limits.MinResponseDataRate) = (slowest, slowest);
    }
}
