using Fairlead.Core.Engines;
using Fairlead.Core.Identity;
using Fairlead.Core.Results;
using Fairlead.Core.Units;
using Fairlead.Engines.Cgroups;
using Fairlead.Engines.Disks;
using Fairlead.Engines.Processes;

namespace Fairlead.Engines.Process;

public sealed partial class ProcessEngine : IFaultInjection
{
    public async Task<Result<bool>> SignalAsync(ReplicaId replica, string signal, CancellationToken cancellationToken)
    {
        await OpenAsync(cancellationToken);
        ProcessSignal? number = signal switch
        {
            "KILL" => ProcessSignal.Kill,
            "STOP" => ProcessSignal.Stop,
            "CONT" => ProcessSignal.Continue,
            "TERM" => ProcessSignal.Terminate,
            _ => null,
        };
        if (number is null) return EngineProblems.UnknownSignal(signal);
        return _replicas.TryGetValue(replica, out var known) && known.Process?.SignalGroup(number.Value) == true;
    }

    public async Task<Result<bool>> LimitMemoryAsync(ReplicaId replica, ByteSize memory, CancellationToken cancellationToken)
    {
        await OpenAsync(cancellationToken);
        using var turn = await TakeTurnAsync(replica, cancellationToken);
        if (!_replicas.TryGetValue(replica, out var known) || !known.IsRunning) return false;
        var limited = MemorySqueeze.Apply(known.Record.Cgroups, memory);
        return limited is null ? true : EngineProblems.MemoryNotLimited(replica.Value, limited);
    }

    /// <summary>Its folder for temporary files lies on the machine's own disk, so that a small one is laid over it.</summary>
    public async Task<Result<bool>> FillDiskAsync(ReplicaId replica, CancellationToken cancellationToken)
    {
        await OpenAsync(cancellationToken);
        using var turn = await TakeTurnAsync(replica, cancellationToken);
        if (!_replicas.TryGetValue(replica, out var known) || !known.IsRunning) return false;
        var folder = known.Folder.Temporary;
        SmallMount.TakeAway(folder);
        if (SmallMount.Lay(folder) is { } refused) return EngineProblems.DiskNotFilled(replica.Value, refused);
        if (Ballast.Fill(folder) is not { } reason) return true;
        SmallMount.TakeAway(folder);
        return EngineProblems.DiskNotFilled(replica.Value, reason);
    }

    public async Task<Result<bool>> FreeDiskAsync(ReplicaId replica, CancellationToken cancellationToken)
    {
        await OpenAsync(cancellationToken);
        using var turn = await TakeTurnAsync(replica, cancellationToken);
        if (!_replicas.TryGetValue(replica, out var known) || !known.IsRunning) return false;
        SmallMount.TakeAway(known.Folder.Temporary);
        return true;
    }
}
