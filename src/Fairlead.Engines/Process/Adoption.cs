using Fairlead.Core.Homes;
using Fairlead.Core.Identity;
using Fairlead.Engines.Processes;

namespace Fairlead.Engines.Process;

/// <summary>Finds the replicas that an earlier engine left, whatever it was doing when it ended.</summary>
internal sealed class Adoption(FairleadHome home, TimeProvider time)
{
    private const int Looks = 3;
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(40);

    /// <summary>This run of the machine.</summary>
    public static string Boot { get; } = File.Exists("/proc/sys/kernel/random/boot_id") ? File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim() : "";

    public async Task<IReadOnlyList<ReplicaProcess>> FindAllAsync(CancellationToken cancellationToken)
    {
        if (!Directory.Exists(home.Replicas)) return [];
        var found = new List<ReplicaProcess>();
        foreach (var folder in Directory.EnumerateDirectories(home.Replicas))
        {
            if (ParseId(Path.GetFileName(folder)) is { } id) found.Add(await FindAsync(id, new ReplicaFolder(folder), cancellationToken));
        }

        return found;
    }

    /// <summary>Processes with the mark of a replica of this home whose folder is gone: nobody would ever end them.</summary>
    public IReadOnlyList<SessionMembers> FindOrphans() =>
    [
        .. ProcessTable.Pids()
            .Select(pid => (Pid: pid, Mark: ProcessTable.Variable(pid, ReplicaFolder.Mark)))
            .Where(p => p.Mark is not null && Path.GetDirectoryName(p.Mark) == home.Replicas && !Directory.Exists(p.Mark))
            .DistinctBy(p => p.Mark)
            .Select(p => new SessionMembers(0, 0, [], ReplicaFolder.Mark, p.Mark!)),
    ];

    private async Task<ReplicaProcess> FindAsync(ReplicaId id, ReplicaFolder folder, CancellationToken cancellationToken)
    {
        var record = folder.Load() ?? Unreadable(id, folder);
        var replica = new ReplicaProcess(id, folder, record);
        if (record.Exit is not null) return replica;
        if (record.Boot == Boot)
        {
            replica.Process = record.Pid > 0
                ? DetachedProcess.Find(record.Pid, record.StartTime)
                : await FindByMarkAsync(folder.Root, cancellationToken);
        }

        if (replica.Process is { } process) replica.Record = record with { Pid = process.Pid, StartTime = process.StartTime };
        return replica;
    }

    /// <summary>
    /// The process that was started but not recorded any more. A process shows no environment in the instant in which it
    /// loads its program, so a look that finds nothing is repeated.
    /// </summary>
    private async Task<DetachedProcess?> FindByMarkAsync(string mark, CancellationToken cancellationToken)
    {
        for (var look = 1; ; look++)
        {
            var leader = ProcessTable.Read().Where(p => p.IsAlive && p.Session == p.Pid && ProcessTable.Variable(p.Pid, ReplicaFolder.Mark) == mark).ToList();
            if (leader.Count > 0) return DetachedProcess.Find(leader[0].Pid, leader[0].StartTime);
            if (look == Looks) return null;
            await Task.Delay(BetweenLooks, time, cancellationToken);
        }
    }

    /// <summary>The id tells what it was and the mark whether it runs; where it listens is in its environment.</summary>
    private ReplicaRecord Unreadable(ReplicaId id, ReplicaFolder folder)
    {
        var pid = ProcessTable.Pids().FirstOrDefault(p => ProcessTable.Variable(p, ReplicaFolder.Mark) == folder.Root);
        var (http, metrics) = pid == 0 ? (null, null) : ReplicaEnvironment.ReadPorts(pid);
        return new ReplicaRecord
        {
            Id = id.Value,
            Command = metrics is null,
            StartedAt = time.GetUtcNow(),
            Boot = Boot,
            HttpPort = http ?? 0,
            MetricsPort = metrics,
            Notes = [$"{folder.RecordFile} could not be read; what is known comes from the process itself"],
        };
    }

    private static ReplicaId? ParseId(string name)
    {
        try
        {
            return ReplicaId.Parse(name);
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
