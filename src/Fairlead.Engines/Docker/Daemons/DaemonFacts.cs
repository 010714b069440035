using Fairlead.Core.Engines;
using Fairlead.Core.Results;
using Fairlead.Engines.Docker.Api;

namespace Fairlead.Engines.Docker.Daemons;

/// <summary>What one daemon can give, from what it says of itself. Pure.</summary>
internal sealed record DaemonFacts(DockerClient.Agreed Daemon, InfoAnswer Info, bool Isolates)
{
    public string? CpuUnavailable => Info.CpuCfsQuota ? null : "the daemon says that its kernel limits no processor time";

    public string? MemoryUnavailable => Info.MemoryLimit ? null : "the daemon says that its kernel limits no memory";

    /// <summary>Why this replica cannot run there; null when it can. Podman's Docker socket passes a request for GPUs over in silence.</summary>
    public Problem? Refusal(ReplicaSpec spec) => Daemon.IsPodman && spec.Resources.Gpu > 0 ? DockerProblems.GpuOnPodman : null;

    /// <summary>What holds for every replica.</summary>
    public IEnumerable<string> Notes()
    {
        if (Daemon.IsPodman) yield return "network isolation: Podman does not keep its networks apart, so containers of other deployments can reach this one";
        else if (!Isolates) yield return "network isolation: the daemon sets no firewall rules (--iptables=false), so containers of other deployments can reach this one";
        if (!Info.PidsLimit) yield return "process limit: the daemon says that its kernel has none";
        if (Info.SecurityOptions is { } options && !options.Any(o => o.Contains("seccomp", StringComparison.Ordinal))) yield return "seccomp: the daemon filters no system calls";
    }

    /// <summary>What this replica asked for and does not get.</summary>
    public IReadOnlyList<string> NotesFor(ReplicaSpec spec) =>
    [
        .. Notes(),
        .. spec.Resources.Cpu is not null && CpuUnavailable is { } cpu ? [$"processor limit: {cpu}"] : Array.Empty<string>(),
        .. spec.Resources.Memory is not null && MemoryUnavailable is { } memory ? [$"memory limit: {memory}"] : Array.Empty<string>(),
        .. spec.Resources.Memory is not null && Info is { MemoryLimit: true, SwapLimit: false } ? ["swap: the daemon's kernel does not count it, so the replica may swap beyond its memory"] : Array.Empty<string>(),
        .. spec.Volumes.Where(v => v.Size is not null).Select(v => $"volume {v.Name}: its size ({v.Size}) is not enforced"),
    ];
}
