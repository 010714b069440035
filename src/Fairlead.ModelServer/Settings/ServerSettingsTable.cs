using Fairlead.Core.Models;
using Fairlead.Core.Units;
using Microsoft.Extensions.Logging;
using static Fairlead.ModelServer.Settings.SettingTypes;

namespace Fairlead.ModelServer.Settings;

/// <summary>Every setting of the server. docs/reference/server.md is this table with what each does.</summary>
internal static class ServerSettingsTable
{
    public static readonly Setting[] All =
    [
        Text(ServerSettings.ModelFolder, "model", "/model", "a folder", static (o, v) => o with { ModelFolder = v }),
        Address(ServerSettings.Http, "http", "0.0.0.0:8080", static (o, v) => o with { Http = v }),
        Address(ServerSettings.Grpc, "grpc", "0.0.0.0:8081", static (o, v) => o with { Grpc = v }),
        Address(ServerSettings.Metrics, "metrics", "0.0.0.0:8082", static (o, v) => o with { Metrics = v }),
        Span(ServerSettings.Timeout, "timeout", "30s", "1ms", "24h", static (o, v) => o with { Timeout = v }),
        Span(ServerSettings.Drain, "drain", "30s", "0s", "24h", static (o, v) => o with { Drain = v }),
        new(ServerSettings.Cpu, "cpu", "the cgroup's quota, else the machine's cores", "an amount of processor from 1m to 1000, such as 500m or 2", static (o, v) => CpuQuantity.TryParse(v, out var cpu) && cpu.Millicores > 0 ? o with { Cpu = cpu } : null),
        Number(ServerSettings.IntraOpThreads, "intra_op_threads", "1", 1, 1000, static (o, v) => o with { IntraOpThreads = v }),
        Number(ServerSettings.Queue, "queue", "256", 0, 100_000, static (o, v) => o with { Queue = v }),
        Number(ServerSettings.BatchSize, "batch_size", "32 where the model allows it", 1, 4096, static (o, v) => o with { BatchSize = v }),
        Span(ServerSettings.BatchDelay, "batch_delay", "0s", "0s", "1m", static (o, v) => o with { BatchDelay = v }),
        Size(ServerSettings.MaxBody, "max_body", "16MiB", "1KiB", "1GiB", static (o, v) => o with { MaxBody = v }),
        Size(ServerSettings.MaxTensor, "max_tensor", "what fits the body", "1KiB", "2047MiB", static (o, v) => o with { MaxTensor = v }),
        Number(ServerSettings.MaxConnections, "max_connections", "4096", 1, 1_000_000, static (o, v) => o with { MaxConnections = v }),
        Span(ServerSettings.HeaderTimeout, "header_timeout", "10s", "100ms", "10m", static (o, v) => o with { HeaderTimeout = v }),
        Size(ServerSettings.MinRate, "min_rate", "240B", "0B", "1GiB", static (o, v) => o with { MinRate = v }),
        Span(ServerSettings.IdleTimeout, "idle_timeout", "5m", "1s", "24h", static (o, v) => o with { IdleTimeout = v }),
        Choice(ServerSettings.LogLevel, "log_level", "information", [("debug", LogLevel.Debug), ("information", LogLevel.Information), ("warning", LogLevel.Warning), ("error", LogLevel.Error)], static (o, v) => o with { LogLevel = v }),
        Text(ServerSettings.Replica, "replica", "none", "any text", static (o, v) => o with { Replica = v }),
        .. SampleSettings.All,
        .. OtlpSettings.All,
    ];
}
