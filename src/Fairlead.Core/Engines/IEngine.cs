using Fairlead.Core.Identity;
using Fairlead.Core.Results;

namespace Fairlead.Core.Engines;

/// <summary>
/// Where replicas run. The engine is the truth about what runs: it keeps what it needs to find its replicas again after
/// the controller was killed at any moment, so <see cref="ObserveAsync"/> of a new instance shows them all.
/// </summary>
public interface IEngine
{
    /// <summary><c>process</c>, <c>docker</c>, …</summary>
    string Name { get; }

    EngineCapabilities Capabilities { get; }

    /// <summary>Every reason why this engine cannot run the replica, found without starting it.</summary>
    IReadOnlyList<Problem> Check(ReplicaSpec replica);

    Task<EngineSnapshot> ObserveAsync(CancellationToken cancellationToken);

    /// <summary>Starts it and returns once it runs, not once it is ready. Starting an id that runs already is a no-op.</summary>
    Task<Result<ReplicaState>> StartAsync(ReplicaSpec replica, CancellationToken cancellationToken);

    /// <summary>
    /// Ends it: SIGTERM, then SIGKILL after the grace. Returns when it has ended; true when it had to be killed.
    /// An id that does not run is a no-op.
    /// </summary>
    Task<Result<bool>> StopAsync(ReplicaId replica, TimeSpan grace, CancellationToken cancellationToken);

    /// <summary>Forgets an ended replica and all that it left but its log. Returns false when it still runs.</summary>
    Task<bool> RemoveAsync(ReplicaId replica, CancellationToken cancellationToken);

    /// <summary>Completes each time something may have changed (a replica ended), so that the controller need not poll.</summary>
    IAsyncEnumerable<ReplicaId> WatchAsync(CancellationToken cancellationToken);

    /// <summary>A replica's log lines, oldest first; with <see cref="LogQuery.Follow"/> until the token is cancelled or the replica is gone.</summary>
    IAsyncEnumerable<LogLine> ReadLogAsync(ReplicaId replica, LogQuery query, CancellationToken cancellationToken);
}

/// <summary>What an engine sees at one moment.</summary>
/// <param name="Replicas">All there are; when the engine could not be asked, those it showed last.</param>
public sealed record EngineSnapshot(DateTimeOffset At, IReadOnlyList<ReplicaState> Replicas)
{
    /// <summary>Why the engine could not be asked; null when it was. What it shows then says nothing about what runs now.</summary>
    public Problem? Unobserved { get; init; }
}

/// <summary>What differs between engines, as data.</summary>
public sealed record EngineCapabilities
{
    public bool RunsCommands { get; init; }

    public bool RunsImages { get; init; }

    public bool Volumes { get; init; }

    /// <summary>A secret is a file that only the replica can read, named by the variable <c>NAME_FILE</c>; else it is the variable <c>NAME</c>.</summary>
    public bool SecretsAreFiles { get; init; }

    /// <summary>Null when limits work; else why they do not on this machine.</summary>
    public string? CpuLimitUnavailable { get; init; }

    /// <summary>Null when limits work; else why they do not on this machine.</summary>
    public string? MemoryLimitUnavailable { get; init; }
}

/// <param name="Since">Only lines at or after it; lines without a time of their own count as written with the line before.</param>
/// <param name="Tail">At most so many lines from the end; null for all.</param>
public sealed record LogQuery(DateTimeOffset? Since = null, int? Tail = null, bool Follow = false);

/// <param name="Time">From the line itself when it is structured; else when it was read.</param>
public sealed record LogLine(DateTimeOffset Time, ReplicaId Replica, string Text);
