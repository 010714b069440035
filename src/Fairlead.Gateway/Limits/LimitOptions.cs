namespace Fairlead.Gateway.Limits;

/// <summary>What one client may cost. A request body's limit is the route's own.</summary>
public sealed record LimitOptions
{
    /// <summary>Open client connections; 1 to 1,000,000, default 10,000. More are closed at once.</summary>
    public int MaxConnections { get; init; } = 10_000;

    /// <summary>All headers of a request together; 1 KiB to 1 MiB, default 32 KiB. More is answered 431.</summary>
    public int MaxHeaderBytes { get; init; } = 32 * 1024;

    /// <summary>1 to 1,000, default 100. More is answered 431.</summary>
    public int MaxHeaderCount { get; init; } = 100;

    /// <summary>Method, target and version; 128 B to 1 MiB, default 8 KiB. A longer one is answered 414.</summary>
    public int MaxRequestLineBytes { get; init; } = 8 * 1024;

    /// <summary>From a request's first byte to the end of its headers; 100 ms to 10 minutes, default 10 s.</summary>
    public TimeSpan HeaderTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a connection may lie idle between requests; 1 s to 1 hour, default 75 s.</summary>
    public TimeSpan KeepAliveTimeout { get; init; } = TimeSpan.FromSeconds(75);

    /// <summary>The slowest a body may come in, in bytes per second after <see cref="MinRateGrace"/>; 1 to 1 MiB, default 240.</summary>
    public int MinBodyBytesPerSecond { get; init; } = 240;

    /// <summary>How long a client may take no 16 KiB of an answer before it is dropped; 100 ms to 10 minutes, default 10 s.</summary>
    public TimeSpan AnswerStallTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a body may stay below the least rate; 1.1 s to 10 minutes, default 5 s.</summary>
    public TimeSpan MinRateGrace { get; init; } = TimeSpan.FromSeconds(5);

    internal IEnumerable<OptionRange> Ranges =>
    [
        new(nameof(MaxConnections), MaxConnections, 1, 1_000_000),
        new(nameof(MaxHeaderBytes), MaxHeaderBytes, 1024, 1 << 20),
        new(nameof(MaxHeaderCount), MaxHeaderCount, 1, 1000),
        new(nameof(MaxRequestLineBytes), MaxRequestLineBytes, 128, 1 << 20),
        new(nameof(HeaderTimeout), HeaderTimeout.TotalSeconds, 0.1, 600),
        new(nameof(KeepAliveTimeout), KeepAliveTimeout.TotalSeconds, 1, 3600),
        new(nameof(MinBodyBytesPerSecond), MinBodyBytesPerSecond, 1, 1 << 20),
        new(nameof(AnswerStallTimeout), AnswerStallTimeout.TotalSeconds, 0.1, 600),
        new(nameof(MinRateGrace), MinRateGrace.TotalSeconds, 1.1, 600),
    ];
}
