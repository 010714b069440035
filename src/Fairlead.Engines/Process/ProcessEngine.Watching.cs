using System.ComponentModel;
using Fairlead.Core.Identity;
using Fairlead.Engines.Cgroups;
using Fairlead.Engines.Logs;
using Fairlead.Engines.Processes;
using Microsoft.Extensions.Logging;

namespace Fairlead.Engines.Process;

/// <summary>Adoption at the first call, and what happens when a process ends.</summary>
public sealed partial class ProcessEngine
{
    private const int LinesOfAnExit = 20;
    private const int CgroupTries = 50;
    private static readonly TimeSpan CgroupRetry = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan OrphanLimit = TimeSpan.FromSeconds(5);

    private async Task OpenAsync(CancellationToken cancellationToken)
    {
        if (_opened) return;
        await _opening.WaitAsync(cancellationToken);
        try
        {
            if (_opened) return;
            var adoption = new Adoption(_options.Home, _options.Time);
            foreach (var replica in await adoption.FindAllAsync(cancellationToken)) Adopt(replica);
            foreach (var orphan in adoption.FindOrphans())
            {
                LogOrphan(orphan.Mark);
                await orphan.KillAsync(OrphanLimit, _options.Time, cancellationToken);
            }

            await SweepCgroupsAsync(cancellationToken);
            _opened = true;
        }
        finally
        {
            _opening.Release();
        }
    }

    private void Adopt(ReplicaProcess replica)
    {
        _ports.Reserve(replica.Record.Ports);
        _replicas[replica.Id] = replica;
        if (replica.Process is { } process)
        {
            LogAdopted(replica.Id, process.Pid);
            TrySave(replica);
            _ = FollowAsync(replica);
            return;
        }

        if (replica.IsRunning)
        {
            Record(replica, new ProcessExit(null, null));
            LogGone(replica.Id);
        }

        replica.SetEnded();
    }

    /// <summary>Cgroups of this home that no replica owns: a crash or a deleted folder left them.</summary>
    private async Task SweepCgroupsAsync(CancellationToken cancellationToken)
    {
        var owned = _replicas.Values.SelectMany(r => r.Record.Cgroups).ToHashSet();
        foreach (var parent in _limits.Value.Parents.Where(Directory.Exists))
        {
            var left = Directory.EnumerateDirectories(parent).Where(f => !owned.Contains(f)).ToList();
            foreach (var folder in left)
            {
                await new SessionMembers(0, 0, [folder], ReplicaFolder.Mark, folder).KillAsync(OrphanLimit, _options.Time, cancellationToken);
                await DeleteCgroupsAsync([folder], cancellationToken);
            }

            if (left.Count == 0) CgroupFolder.TryDelete(parent);
        }
    }

    /// <summary>A cgroup stays busy for an instant after its last process has ended.</summary>
    private async Task DeleteCgroupsAsync(IReadOnlyList<string> folders, CancellationToken cancellationToken)
    {
        for (var tries = 1; !_limits.Value.TryDelete(folders) && tries < CgroupTries; tries++)
        {
            await Task.Delay(CgroupRetry, _options.Time, cancellationToken);
        }
    }

    /// <summary>Awaited through <see cref="ReplicaProcess.Ended"/>.</summary>
    private async Task FollowAsync(ReplicaProcess replica)
    {
        try
        {
            var exit = await replica.Process!.WaitForExitAsync(_disposed.Token);
            Record(replica, exit);
            LogEnded(replica.Id, exit.Signal ?? $"exit code {exit.Code?.ToString() ?? "unknown"}");
        }
        catch (OperationCanceledException)
        {
            // The engine goes; the replica stays.
        }
        catch (Win32Exception e)
        {
            LogUnwatched(replica.Id, e.Message);
        }
        finally
        {
            replica.SetEnded();
        }
    }

    /// <summary>Waits until the end of a dead process is recorded; records it itself when it could not be watched (no descriptor was left).</summary>
    private async Task SettleAsync(ReplicaProcess replica, CancellationToken cancellationToken)
    {
        await replica.Ended.WaitAsync(cancellationToken);
        if (!replica.IsRunning || _disposed.IsCancellationRequested) return;
        Record(replica, new ProcessExit(null, null));
    }

    private void Record(ReplicaProcess replica, ProcessExit exit)
    {
        var outOfMemory = exit.Code != 0 && replica.Record.Cgroups.Any(CgroupFolder.WasOutOfMemory);
        var lines = ReplicaLog.LastLines(_options.Home.LogOf(replica.Id), LinesOfAnExit);
        replica.Record = replica.Record with
        {
            Exit = new ExitRecord(_options.Time.GetUtcNow(), exit.Code, exit.Signal, outOfMemory, lines),
        };
        _exits.Publish(replica.Id);
        TrySave(replica);
    }

    /// <summary>On a full disk the record stays as it was: a later engine then finds the process, or that it has ended.</summary>
    private void TrySave(ReplicaProcess replica)
    {
        try
        {
            replica.Folder.Save(replica.Record);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogUnsaved(replica.Id, replica.Folder.RecordFile, e.Message);
        }
    }

    [LoggerMessage(3000, LogLevel.Information, "Replica {Replica} runs as process {Pid} on port {Port}.")]
    private partial void LogStarted(ReplicaId replica, int pid, int port);

    [LoggerMessage(3001, LogLevel.Information, "Replica {Replica} was found running as process {Pid}.")]
    private partial void LogAdopted(ReplicaId replica, int pid);

    [LoggerMessage(3002, LogLevel.Warning, "Replica {Replica} ended while no controller ran.")]
    private partial void LogGone(ReplicaId replica);

    [LoggerMessage(3003, LogLevel.Information, "Replica {Replica} ended: {Reason}.")]
    private partial void LogEnded(ReplicaId replica, string reason);

    [LoggerMessage(3004, LogLevel.Information, "Replica {Replica} was stopped. It had to be killed: {Killed}.")]
    private partial void LogStopped(ReplicaId replica, bool killed);

    [LoggerMessage(3005, LogLevel.Warning, "Replica {Replica} runs without what was asked for: {Note}.")]
    private partial void LogNote(ReplicaId replica, string note);

    [LoggerMessage(3006, LogLevel.Warning, "Processes of {Folder}, which is gone, are ended.")]
    private partial void LogOrphan(string folder);

    [LoggerMessage(3007, LogLevel.Warning, "The record of replica {Replica} could not be written to {File}: {Reason}.")]
    private partial void LogUnsaved(ReplicaId replica, string file, string reason);

    [LoggerMessage(3008, LogLevel.Warning, "The log of replica {Replica} could not be kept in bounds: {Reason}.")]
    private partial void LogUnbounded(ReplicaId replica, string reason);

    [LoggerMessage(3009, LogLevel.Warning, "The end of replica {Replica} will be seen only when it is looked at: {Reason}.")]
    private partial void LogUnwatched(ReplicaId replica, string reason);
}
