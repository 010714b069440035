using System.Globalization;

namespace Fairlead.ModelServer.Grpc;

/// <summary>The caller's deadline (gRPC over HTTP/2, "Timeout"): at most eight digits and a unit.</summary>
internal static class GrpcTimeout
{
    /// <summary>The time that a call may take: the caller's, at most the server's.</summary>
    public static bool TryRead(string? header, TimeSpan most, out TimeSpan limit)
    {
        limit = most;
        if (string.IsNullOrEmpty(header)) return true;
        var ticks = header[^1] switch
        {
            'H' => TimeSpan.TicksPerHour,
            'M' => TimeSpan.TicksPerMinute,
            'S' => TimeSpan.TicksPerSecond,
            'm' => TimeSpan.TicksPerMillisecond,
            'u' => TimeSpan.TicksPerMicrosecond,
            'n' => 0,
            _ => -1,
        };
        if (ticks < 0 || header.Length > 9 || !long.TryParse(header.AsSpan(0, header.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var amount)) return false;

        // A nanosecond is less than a tick.
        var asked = ticks == 0 ? amount / TimeSpan.NanosecondsPerTick : amount * ticks;
        if (asked < most.Ticks) limit = new TimeSpan(asked);
        return true;
    }
}
