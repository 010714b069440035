using Fairlead.Core.Identity;
using Fairlead.Core.Results;
using Fairlead.Core.Units;

namespace Fairlead.Core.Engines;

/// <summary>Faults made on purpose, for drills. Optional: an engine that cannot make them does not implement it.</summary>
public interface IFaultInjection
{
    /// <summary>Sends a replica a signal, as <c>kill -NAME</c> would: all of its processes get it.</summary>
    /// <param name="signal"><c>KILL</c>, <c>STOP</c>, <c>CONT</c> or <c>TERM</c>.</param>
    /// <returns>False when the replica does not run.</returns>
    Task<Result<bool>> SignalAsync(ReplicaId replica, string signal, CancellationToken cancellationToken);

    /// <summary>
    /// Limits a running replica to less memory than it uses, as far as the kernel lets it: what it needs next gets it killed.
    /// The limit lives as long as the replica.
    /// </summary>
    /// <returns>False when the replica does not run.</returns>
    Task<Result<bool>> LimitMemoryAsync(ReplicaId replica, ByteSize memory, CancellationToken cancellationToken);

    /// <summary>Fills the file system that this replica alone writes its temporary files to, until it is freed or the replica is gone.</summary>
    /// <returns>False when the replica does not run.</returns>
    Task<Result<bool>> FillDiskAsync(ReplicaId replica, CancellationToken cancellationToken);

    /// <summary>Undoes <see cref="FillDiskAsync"/>.</summary>
    /// <returns>False when the replica does not run.</returns>
    Task<Result<bool>> FreeDiskAsync(ReplicaId replica, CancellationToken cancellationToken);
}
