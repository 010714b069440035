using System.Net;
using Fairlead.Core.Units;
using Microsoft.Extensions.Logging;

namespace Fairlead.ModelServer.Settings;

/// <summary>What <see cref="ServerSettingsTable"/> says, read and checked once at start.</summary>
internal sealed record ServerOptions
{
    public string ModelFolder { get; init; } = "/model";

    public IPEndPoint Http { get; init; } = new(IPAddress.Any, 8080);

    public IPEndPoint Grpc { get; init; } = new(IPAddress.Any, 8081);

    public IPEndPoint Metrics { get; init; } = new(IPAddress.Any, 8082);

    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    public ByteSize MaxBody { get; init; } = new(16 << 20);

    /// <summary>The largest tensor of a request, in memory; null: what fits the body.</summary>
    public ByteSize? MaxTensor { get; init; }

    /// <summary>Null: what the cgroup gives.</summary>
    public CpuQuantity? Cpu { get; init; }

    /// <summary>Threads that share one run.</summary>
    public int IntraOpThreads { get; init; } = 1;

    /// <summary>Requests that may wait for a free run; more are refused.</summary>
    public int Queue { get; init; } = 256;

    /// <summary>The most rows in one run; 1 runs each request by itself. Null: <see cref="Batching.BatchPlan.UsualRows"/> where the model allows it.</summary>
    public int? BatchSize { get; init; }

    /// <summary>The longest the first row of a batch waits for others while a run is free.</summary>
    public TimeSpan BatchDelay { get; init; }

    /// <summary>Connections at once on each address; more are closed.</summary>
    public int MaxConnections { get; init; } = 4096;

    /// <summary>The longest a request's header may take to come.</summary>
    public TimeSpan HeaderTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The least a body must come with, and an answer be read with, in a second; 0 for no such limit.</summary>
    public ByteSize MinRate { get; init; } = new(240);

    /// <summary>How long a connection may be silent. Longer than the gateway keeps an idle one: who sends on it decides when it ends.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromMinutes(5);

    public TimeSpan Drain { get; init; } = TimeSpan.FromSeconds(30);

    public LogLevel LogLevel { get; init; } = LogLevel.Information;

    public string? Replica { get; init; }

    public OtlpOptions Otlp { get; init; } = new();

    public SampleOptions Samples { get; init; } = new();
}
