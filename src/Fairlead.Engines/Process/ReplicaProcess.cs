using System.Net;
using Fairlead.Core.Engines;
using Fairlead.Core.Identity;
using Fairlead.Engines.Processes;

namespace Fairlead.Engines.Process;

/// <summary>One replica that the engine knows: its record, its process while it runs, and the task that waits for its end.</summary>
internal sealed class ReplicaProcess(ReplicaId id, ReplicaFolder folder, ReplicaRecord record)
{
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile ReplicaRecord _record = record;

    public ReplicaId Id => id;

    public ReplicaFolder Folder => folder;

    /// <summary>Replaced whole; readers see the old or the new one.</summary>
    public ReplicaRecord Record
    {
        get => _record;
        set => _record = value;
    }

    public DetachedProcess? Process { get; set; }

    /// <summary>Completes when the end of the process has been recorded, or nobody will record it any more.</summary>
    public Task Ended => _ended.Task;

    public bool IsRunning => Record.Exit is null;

    public SessionMembers Members => new(Record.Pid, Record.StartTime, Record.Cgroups, ReplicaFolder.Mark, folder.Root);

    public void SetEnded() => _ended.TrySetResult();

    public ReplicaState State(ReplicaUsage? usage)
    {
        var record = Record;
        var (deployment, revision) = Split(id);
        return new ReplicaState
        {
            Id = id,
            Deployment = deployment,
            Revision = revision,
            Phase = record.Exit is null ? ReplicaPhase.Running : ReplicaPhase.Exited,
            StartedAt = record.StartedAt,
            Http = new IPEndPoint(IPAddress.Loopback, record.HttpPort),
            Metrics = record.MetricsPort is { } port ? new IPEndPoint(IPAddress.Loopback, port) : null,
            Handle = $"{record.Pid}",
            Exit = record.Exit is { } exit ? new ReplicaExit(exit.At, exit.Code, exit.Signal, exit.OutOfMemory, exit.LastLines) : null,
            Usage = record.Exit is null ? usage : null,
            Notes = record.Notes,
        };
    }

    private static (DeploymentName Deployment, int Revision) Split(ReplicaId id)
    {
        var parts = id.Value.Split('-');
        return (DeploymentName.Parse(string.Join('-', parts[..^2])), int.Parse(parts[^2]));
    }
}
