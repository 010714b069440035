namespace Fairlead.Engines.Docker.Api;

/// <param name="Created">Seconds since 1970.</param>
/// <param name="State"><c>created</c>, <c>running</c>, <c>paused</c>, <c>restarting</c>, <c>removing</c>, <c>exited</c> or <c>dead</c>.</param>
internal sealed record ContainerItem(
    string Id, long Created, string State, IReadOnlyDictionary<string, string>? Labels, IReadOnlyList<PortItem>? Ports, NetworksOf? NetworkSettings, string? ImageID);

internal sealed record PortItem(string? IP, int PrivatePort, int? PublicPort, string? Type);

internal sealed record NetworksOf(IReadOnlyDictionary<string, EndpointOf>? Networks);

internal sealed record EndpointOf(string? IPAddress);

internal sealed record ContainerAnswer(string Id, ContainerStateAnswer State, LimitsAnswer? HostConfig);

/// <param name="NanoCpus">Billionths of a processor; 0 is no limit.</param>
/// <param name="Memory">Bytes; 0 is no limit.</param>
/// <param name="CpuQuota">Microseconds in each period, as <c>docker update --cpu-quota</c> sets them.</param>
internal sealed record LimitsAnswer(long NanoCpus, long Memory, long CpuQuota, long CpuPeriod);

internal sealed record ContainerStateAnswer(string? Status, bool OOMKilled, int ExitCode, string? Error, DateTimeOffset StartedAt, DateTimeOffset FinishedAt, int Pid = 0);

internal sealed record CreateAnswer(string Id, IReadOnlyList<string>? Warnings);

internal sealed record StatsAnswer(CpuStats? CpuStats, MemoryStats? MemoryStats);

internal sealed record CpuStats(CpuUsage? CpuUsage);

/// <param name="TotalUsage">Nanoseconds.</param>
internal sealed record CpuUsage(long TotalUsage);

internal sealed record MemoryStats(long Usage, IReadOnlyDictionary<string, long>? Stats)
{
    /// <summary>What cannot be taken back: pages of files that are not in use do not count (cgroup v2's name, then v1's).</summary>
    public long Resident => Math.Max(0, Usage - (Stats?.GetValueOrDefault("inactive_file", 0) is > 0 and var v2 && !Stats.ContainsKey("total_inactive_file") ? v2 : Stats?.GetValueOrDefault("total_inactive_file", 0) ?? 0));
}

internal sealed record CreateContainer
{
    public required string Image { get; init; }

    public string? User { get; init; }

    public required IReadOnlyList<string> Env { get; init; }

    public required IReadOnlyDictionary<string, string> Labels { get; init; }

    public string StopSignal { get; init; } = "SIGTERM";

    public required IReadOnlyDictionary<string, EmptyObject> ExposedPorts { get; init; }

    public required HealthSettings Healthcheck { get; init; }

    public required HostSettings HostConfig { get; init; }
}

internal sealed record EmptyObject;

internal sealed record HealthSettings(IReadOnlyList<string> Test);

internal sealed record HostSettings
{
    public required string NetworkMode { get; init; }

    public bool ReadonlyRootfs { get; init; } = true;

    public bool Privileged { get; init; }

    public required IReadOnlyList<string> CapDrop { get; init; }

    public required IReadOnlyList<string> SecurityOpt { get; init; }

    public required long PidsLimit { get; init; }

    public long? NanoCpus { get; init; }

    public long? Memory { get; init; }

    /// <summary>Memory and swap together: the same as <see cref="Memory"/> gives no swap.</summary>
    public long? MemorySwap { get; init; }

    public string IpcMode { get; init; } = "private";

    public required IReadOnlyDictionary<string, string> Tmpfs { get; init; }

    public IReadOnlyList<MountSettings> Mounts { get; init; } = [];

    public IReadOnlyDictionary<string, IReadOnlyList<PortBinding>> PortBindings { get; init; } = new Dictionary<string, IReadOnlyList<PortBinding>>();

    public IReadOnlyList<DeviceRequest> DeviceRequests { get; init; } = [];

    public RestartSettings RestartPolicy { get; init; } = new("no");

    public required LogSettings LogConfig { get; init; }
}

internal sealed record MountSettings(string Type, string Source, string Target, bool ReadOnly);

internal sealed record PortBinding(string HostIp, string HostPort);

internal sealed record DeviceRequest(int Count, IReadOnlyList<IReadOnlyList<string>> Capabilities);

internal sealed record RestartSettings(string Name);

internal sealed record LogSettings(string Type, IReadOnlyDictionary<string, string> Config);

internal sealed record UpdateContainer(long Memory, long MemorySwap);

internal sealed record UpdateAnswer(IReadOnlyList<string>? Warnings);
