using System.Text.Json.Serialization;

namespace Fairlead.Engines.Process;

/// <summary>
/// What the engine keeps of a replica, <c>run/replicas/ID/replica.json</c>. Written before the process is started and
/// again with its pid, so that a crash at any moment leaves enough to find it. No variable and no secret is in it.
/// </summary>
internal sealed record ReplicaRecord
{
    public required string Id { get; init; }

    public required bool Command { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>The kernel's id of this run of the machine: pids and start times of another run mean nothing.</summary>
    public required string Boot { get; init; }

    /// <summary>0 until the process has been started.</summary>
    public int Pid { get; init; }

    public long StartTime { get; init; }

    public required int HttpPort { get; init; }

    public int? GrpcPort { get; init; }

    public int? MetricsPort { get; init; }

    public IReadOnlyList<string> Cgroups { get; init; } = [];

    public IReadOnlyList<string> Notes { get; init; } = [];

    public ExitRecord? Exit { get; init; }

    [JsonIgnore]
    public IEnumerable<int> Ports => new[] { HttpPort, GrpcPort, MetricsPort }.OfType<int>().Where(p => p > 0);
}

internal sealed record ExitRecord(DateTimeOffset At, int? Code, string? Signal, bool OutOfMemory, IReadOnlyList<string> LastLines);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ReplicaRecord))]
internal sealed partial class ProcessEngineJson : JsonSerializerContext;
