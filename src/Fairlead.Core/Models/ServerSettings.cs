using System.Globalization;
using Fairlead.Core.Manifests;
using Fairlead.Core.Units;

namespace Fairlead.Core.Models;

/// <summary>The names of the model server's environment variables: what an engine sets and the server reads.</summary>
public static class ServerSettings
{
    /// <summary>The folder with <see cref="ModelDescriptor.FileName"/>; default <c>/model</c>.</summary>
    public const string ModelFolder = "FAIRLEAD_MODEL";

    /// <summary>Address of REST, <c>host:port</c>; default <c>0.0.0.0:8080</c>.</summary>
    public const string Http = "FAIRLEAD_HTTP";

    /// <summary>Address of gRPC, <c>host:port</c>; default <c>0.0.0.0:8081</c>.</summary>
    public const string Grpc = "FAIRLEAD_GRPC";

    /// <summary>Address of <c>/metrics</c>, <c>host:port</c>; default <c>0.0.0.0:8082</c>.</summary>
    public const string Metrics = "FAIRLEAD_METRICS";

    /// <summary>The longest a request may take, such as <c>2s</c>; default <c>30s</c>.</summary>
    public const string Timeout = "FAIRLEAD_TIMEOUT";

    /// <summary>The largest request body, such as <c>16MiB</c>; default <c>16MiB</c>.</summary>
    public const string MaxBody = "FAIRLEAD_MAX_BODY";

    /// <summary>Processor that the replica may use, such as <c>500m</c>; default: the cgroup's quota, else the machine's cores.</summary>
    public const string Cpu = "FAIRLEAD_CPU";
    public const string IntraOpThreads = "FAIRLEAD_INTRA_OP_THREADS";

    /// <summary>Requests that may wait for a free run of the model, such as <c>256</c>; more are refused with 429; default <c>256</c>.</summary>
    public const string Queue = "FAIRLEAD_QUEUE";

    /// <summary>The most rows in one run of the model, such as <c>32</c>; 1 runs each request by itself; default <c>32</c>.</summary>
    public const string BatchSize = "FAIRLEAD_BATCH_SIZE";

    /// <summary>The longest a request waits for others to share its run, such as <c>2ms</c>; default <c>0s</c>: only those that wait anyway are run together.</summary>
    public const string BatchDelay = "FAIRLEAD_BATCH_DELAY";

    /// <summary>Connections at once on each address, such as <c>4096</c>; default <c>4096</c>.</summary>
    public const string MaxConnections = "FAIRLEAD_MAX_CONNECTIONS";

    /// <summary>How long requests in flight may go on after SIGTERM, such as <c>30s</c>; default <c>30s</c>.</summary>
    public const string Drain = "FAIRLEAD_DRAIN";

    /// <summary><c>debug</c>, <c>information</c>, <c>warning</c> or <c>error</c>; default <c>information</c>.</summary>
    public const string LogLevel = "LOG_LEVEL";

    /// <summary>The replica's own id, for its logs and metadata.</summary>
    public const string Replica = "FAIRLEAD_REPLICA";

    /// <summary>A JSON file with settings; the environment wins over it.</summary>
    public const string Config = "FAIRLEAD_CONFIG";

    /// <summary>The largest tensor of a request in memory, such as <c>64MiB</c>; default: what fits the body.</summary>
    public const string MaxTensor = "FAIRLEAD_MAX_TENSOR";

    /// <summary>The longest a request's header may take to come, such as <c>10s</c>; default <c>10s</c>.</summary>
    public const string HeaderTimeout = "FAIRLEAD_HEADER_TIMEOUT";

    /// <summary>The least a body must come with, and an answer be read with, in a second, such as <c>240B</c>; default <c>240B</c>.</summary>
    public const string MinRate = "FAIRLEAD_MIN_RATE";

    /// <summary>How long a connection may be silent, such as <c>5m</c>; default <c>5m</c>.</summary>
    public const string IdleTimeout = "FAIRLEAD_IDLE_TIMEOUT";

    /// <summary>What a manifest's <c>serve</c> says, as variables.</summary>
    public static IReadOnlyDictionary<string, string> Of(ServeSpec serve)
    {
        var settings = new Dictionary<string, string>
        {
            [Timeout] = Duration.Format(serve.Timeout),
            [MaxBody] = serve.MaxBody.ToString(),
        };
        if (serve.Batching is { } batching)
        {
            settings[BatchSize] = batching.MaxSize.ToString(CultureInfo.InvariantCulture);
            settings[BatchDelay] = Duration.Format(batching.MaxDelay);
        }

        return settings;
    }
}
