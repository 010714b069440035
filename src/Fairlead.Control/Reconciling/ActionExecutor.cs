using Fairlead.Control.Events;
using Fairlead.Control.Fleet;
using Fairlead.Control.Readiness;
using Fairlead.Control.Restarts;
using Fairlead.Core.Engines;
using Fairlead.Core.Identity;
using Fairlead.Core.Results;
using Microsoft.Extensions.Logging;

namespace Fairlead.Control.Reconciling;

/// <summary>Carries out a plan. Stops run beside the turns, since one takes as long as the replica's grace.</summary>
/// <param name="changed">Wakes the next turn.</param>
internal sealed partial class ActionExecutor(ControlParts parts, Memory memory, Prober prober, Action changed)
{
    private const int StartsAtOnce = 8;
    private static readonly TimeSpan StopRetry = TimeSpan.FromSeconds(1);

    private readonly Dictionary<ReplicaId, Task> _stops = [];

    public async Task ExecuteAsync(DeploymentRecord record, IReadOnlyList<EngineAction> plan, CancellationToken cancellationToken)
    {
        var engine = parts.Engines[record.Engine];
        // A held start keeps the ended replica whose place it would fill: the restart history lives on in it.
        var replaced = plan.OfType<EngineAction.Start>().Select(s => s.Replaces).OfType<ReplicaId>().ToHashSet();
        var starts = plan.OfType<EngineAction.Start>().ToList();
        foreach (var action in plan)
        {
            switch (action)
            {
                case EngineAction.Start start when ReferenceEquals(start, starts[0]): await StartAllAsync(engine, record.Name, starts, cancellationToken); break;
                case EngineAction.Drain drain: Drain(record, drain); break;
                case EngineAction.Stop stop: Stop(engine, record.Name, stop, cancellationToken); break;
                case EngineAction.Remove remove when !replaced.Contains(remove.Replica): await RemoveAsync(engine, remove.Replica, cancellationToken); break;
            }
        }
    }

    /// <summary>Ends a replica beside the turns and removes it.</summary>
    public void Stop(IEngine engine, DeploymentName deployment, EngineAction.Stop stop, CancellationToken stopping)
    {
        var page = memory.Book.Of(stop.Replica);
        if (page.Stopping) return;
        page.Stopping = true;
        foreach (var ended in _stops.Where(s => s.Value.IsCompleted).Select(s => s.Key).ToList()) _stops.Remove(ended);
        _stops[stop.Replica] = StopAsync(engine, deployment, stop, page, stopping);
    }

    /// <summary>Waits for the stops under way; their token has been cancelled.</summary>
    public async Task FinishAsync() => await Task.WhenAll(_stops.Values);

    private bool IsHeld(DeploymentName name) => memory.Holds.TryGetValue(name, out var hold) && parts.Clock.Now < hold.NotBefore;

    /// <summary>Several at once, for an engine may take long over each. After a start that failed they go one at a time: the first that fails again holds the others.</summary>
    private async Task StartAllAsync(IEngine engine, DeploymentName deployment, IReadOnlyList<EngineAction.Start> starts, CancellationToken cancellationToken)
    {
        for (var at = 0; at < starts.Count && !IsHeld(deployment);)
        {
            var batch = starts.Skip(at).Take(memory.Holds.ContainsKey(deployment) ? 1 : StartsAtOnce).ToList();
            var started = await Task.WhenAll(batch.Select(s => TryStartAsync(engine, s.Replica, cancellationToken)));
            foreach (var (start, result) in batch.Zip(started).Where(s => s.Second.IsOk)) await NoteStartedAsync(engine, start, result.Value, cancellationToken);

            // What keeps one of them from starting keeps the others too, and counts once.
            if (batch.Zip(started).Where(s => !s.Second.IsOk).Take(1).ToList() is [var (failed, refused)]) NoteRefused(failed.Replica, refused.Problems);
            at += batch.Count;
        }
    }

    private void NoteRefused(ReplicaSpec spec, IReadOnlyList<Problem> problems)
    {
        var hold = memory.Holds.GetValueOrDefault(spec.Deployment);
        var (delay, failures) = Backoff.After(hold?.Failures ?? 0, null);
        memory.Holds[spec.Deployment] = new StartHold(failures, parts.Clock.Now + delay, problems);
        memory.CountEarlyExit(spec.Deployment, spec.Revision, problems[0].Message);
        memory.Tell(EventKind.ReplicaStartFailed, $"A replica of '{spec.Deployment}' was not started: {problems[0].Message} Tried again in {delay.TotalSeconds:0} s.", spec.Deployment, spec.Id, Severity.Error);
    }

    private async Task NoteStartedAsync(IEngine engine, EngineAction.Start start, ReplicaState state, CancellationToken cancellationToken)
    {
        var spec = start.Replica;
        memory.Holds.Remove(spec.Deployment);
        var why = "";
        if (start.Replaces is { } ended)
        {
            memory.Note(memory.Ledger.Replaced(ended, spec.Id, spec.Deployment));
            why = $" in the place of {ended}";
            await RemoveAsync(engine, ended, cancellationToken);
        }

        memory.Tell(EventKind.ReplicaStarted, $"{spec.Id} was started{why} ({engine.Name} {state.Handle}, {state.Http}).", spec.Deployment, spec.Id);
    }

    private async Task<Result<ReplicaState>> TryStartAsync(IEngine engine, ReplicaSpec spec, CancellationToken cancellationToken)
    {
        try
        {
            return await engine.StartAsync(spec, cancellationToken);
        }
        catch (Exception failure) when (failure is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            LogStartFailed(parts.Logger, failure, spec.Id);
            return ControlProblems.StartFailed(spec.Id, failure.Message.TrimEnd('.'));
        }
    }

    private void Drain(DeploymentRecord record, EngineAction.Drain drain)
    {
        memory.Book.Of(drain.Replica).DrainingSince = parts.Clock.Now;
        memory.Tell(EventKind.ReplicaDraining, $"{drain.Replica} gets no new requests: {drain.Reason}.", record.Name, drain.Replica);
    }

    private async Task RemoveAsync(IEngine engine, ReplicaId replica, CancellationToken cancellationToken)
    {
        if (!await engine.RemoveAsync(replica, cancellationToken)) return;
        prober.Forget(replica);
        memory.Forget(replica);
    }

    private async Task StopAsync(IEngine engine, DeploymentName deployment, EngineAction.Stop stop, ReplicaBook.Page page, CancellationToken stopping)
    {
        await Task.Yield();
        try
        {
            var result = await engine.StopAsync(stop.Replica, stop.Grace, stopping);
            if (result.TryGet(out var killed))
            {
                if (killed) memory.Tell(EventKind.ReplicaKilled, $"{stop.Replica} was killed: it had not ended {stop.Grace.TotalSeconds:0} s after SIGTERM.", deployment, stop.Replica, Severity.Warning);
                else memory.Tell(EventKind.ReplicaStopped, $"{stop.Replica} was stopped: {stop.Reason}.", deployment, stop.Replica);
                prober.Forget(stop.Replica);
                await engine.RemoveAsync(stop.Replica, stopping);
                return;
            }

            LogStopFailed(parts.Logger, null, stop.Replica, result.Problems[0].Message);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return;
        }
        catch (Exception failure)
        {
            LogStopFailed(parts.Logger, failure, stop.Replica, failure.Message);
        }
        finally
        {
            changed();
        }

        await Task.Delay(StopRetry, parts.Clock.Time, CancellationToken.None);
        page.Stopping = false;
    }

    [LoggerMessage(5030, LogLevel.Error, "Starting the replica {Replica} failed.")]
    private static partial void LogStartFailed(ILogger logger, Exception failure, ReplicaId replica);

    [LoggerMessage(5031, LogLevel.Error, "Stopping the replica {Replica} failed and is tried again: {Reason}")]
    private static partial void LogStopFailed(ILogger logger, Exception? failure, ReplicaId replica, string reason);
}
