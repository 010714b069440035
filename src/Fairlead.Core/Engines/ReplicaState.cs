using System.Net;
using Fairlead.Core.Identity;
using Fairlead.Core.Units;

namespace Fairlead.Core.Engines;

public enum ReplicaPhase
{
    /// <summary>The engine runs it; whether it is ready is found by asking it.</summary>
    Running,

    /// <summary>It has ended; <see cref="ReplicaState.Exit"/> says how.</summary>
    Exited,
}

/// <summary>One replica as its engine observes it.</summary>
public sealed record ReplicaState
{
    public required ReplicaId Id { get; init; }

    public required DeploymentName Deployment { get; init; }

    public required int Revision { get; init; }

    public required ReplicaPhase Phase { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Where the gateway reaches it.</summary>
    public required IPEndPoint Http { get; init; }

    /// <summary>Where <c>/metrics</c> is; null when the replica has none.</summary>
    public IPEndPoint? Metrics { get; init; }

    /// <summary>The engine's own name for it: a process id, a container id.</summary>
    public required string Handle { get; init; }

    public ReplicaExit? Exit { get; init; }

    /// <summary>Null when the engine cannot tell.</summary>
    public ReplicaUsage? Usage { get; init; }

    /// <summary>What it is limited to at this moment, whoever set it; null when the engine cannot tell.</summary>
    public ReplicaLimits? Limits { get; init; }

    /// <summary>What was asked for and this machine cannot give, in plain words: "memory limit: no cgroup is writable".</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}

/// <param name="Code">Exit code; null when the process was not ours to wait for.</param>
/// <param name="Signal">The signal that ended it, such as <c>SIGKILL</c>; null when none did.</param>
/// <param name="OutOfMemory">The kernel killed it at its memory limit.</param>
/// <param name="LastLines">The end of its log, oldest first.</param>
public sealed record ReplicaExit(DateTimeOffset At, int? Code, string? Signal, bool OutOfMemory, IReadOnlyList<string> LastLines)
{
    /// <summary>What ended it when neither code nor signal tells, as the second half of a sentence: "its container was removed".</summary>
    public string? Cause { get; init; }
}

/// <param name="CpuTime">Processor time used since the start.</param>
/// <param name="MemoryBytes">Resident memory.</param>
public sealed record ReplicaUsage(TimeSpan CpuTime, long MemoryBytes);

/// <param name="Cpu">Null is no limit.</param>
/// <param name="Memory">Null is no limit.</param>
public sealed record ReplicaLimits(CpuQuantity? Cpu, ByteSize? Memory);
