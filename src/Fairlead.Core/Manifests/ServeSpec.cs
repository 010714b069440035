using Fairlead.Core.Units;

namespace Fairlead.Core.Manifests;

/// <summary>How requests are served.</summary>
public sealed record ServeSpec
{
    public const string DefaultMetrics = "/metrics";

    public BatchingSpec? Batching { get; init; }

    /// <summary>The longest a request may take, from its first byte at the gateway to its answer.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The largest request body that is accepted; a larger one is answered 413.</summary>
    public ByteSize MaxBody { get; init; } = new(16 << 20);

    /// <summary>The port that an <c>image:</c> or <c>command:</c> model listens on inside its container; a command is told its port in <c>PORT</c>.</summary>
    public int? Port { get; init; }

    /// <summary>The path that answers 200 when an <c>image:</c> or <c>command:</c> model is ready.</summary>
    public string? Health { get; init; }

    /// <summary>The path of the Prometheus metrics of an <c>image:</c> or <c>command:</c> model, on the port that it serves on.</summary>
    public string Metrics { get; init; } = DefaultMetrics;

    /// <summary>Requests that a replica of an <c>image:</c> or <c>command:</c> model works on at once; null is one for each processor that it may use.</summary>
    public int? Concurrency { get; init; }
}

/// <summary>Requests that arrive together are run together.</summary>
/// <param name="MaxSize">The most rows in one batch.</param>
/// <param name="MaxDelay">The longest the first row of a batch waits for others; zero takes what is there.</param>
public sealed record BatchingSpec(int MaxSize, TimeSpan MaxDelay);
