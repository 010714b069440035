using Fairlead.Control.Fleet;
using Fairlead.Control.Planning;
using Fairlead.Control.Reconciling;
using Fairlead.Control.Store;
using Fairlead.Core.Identity;

namespace Fairlead.Control.Rollouts;

/// <summary>Takes updates on: complete when the new revision serves alone and has proved itself, rolled back when it is judged not to come.</summary>
internal sealed class RolloutDriver(StateStore store, Memory memory, Clock clock)
{
    /// <returns>The deployment as it is wanted from now on.</returns>
    public DeploymentRecord Drive(DeploymentRecord record, IReadOnlyList<SeenReplica> replicas)
    {
        if (record is not { Deleting: false, UnderWay: { } rollout }) return record;
        var target = DeploymentTarget.Of(record);
        List<ObservedReplica> observed = [.. replicas.Select(r => r.Observed)];
        var early = memory.EarlyExits.GetValueOrDefault((record.Name, rollout.To));
        var progress = ProgressOf(record.Name, rollout, record.Current).Seen(target, observed, clock.Now, early.Count);
        // A paused update is not judged, and its deadline begins anew when it goes on.
        memory.Progress[(record.Name, rollout.To)] = rollout.Paused ? progress with { Since = clock.Now } : progress;
        if (rollout.Paused) return record;
        var waiting = replicas.LastOrDefault(r => r.State.Revision == rollout.To && r.Health.Reason is not null)?.Health;
        var signs = new RolloutSigns(early.Count, early.Reason ?? waiting?.Reason, waiting is { Refused: true } ? waiting.Reason : null);
        return progress.Judge(target, observed, clock.Now, new RolloutLimits(record.Current.Manifest.Rollout.Deadline, WatchOf(record)), signs) switch
        {
            RolloutVerdict.Complete => Change(record.Name, rollout, now => RolloutRule.Complete(now, rollout, memory.Traffic.During(record.Name, rollout), clock.Utc)),
            RolloutVerdict.RollBack back => Change(record.Name, rollout, now => RolloutRule.Revert(now, rollout, back.Reason, memory.Traffic.During(record.Name, rollout), clock.Utc)),
            _ => record,
        };
    }

    /// <summary>Nothing can be seen of it: its deadline does not run meanwhile.</summary>
    public void Hold(DeploymentRecord record)
    {
        if (record.UnderWay is { } rollout) memory.Progress[(record.Name, rollout.To)] = ProgressOf(record.Name, rollout, record.Current) with { Since = clock.Now };
    }

    /// <summary>What is wanted, with what the watch allows by now.</summary>
    public DeploymentTarget TargetOf(DeploymentRecord record)
    {
        var target = DeploymentTarget.Of(record);
        return record.UnderWay is { } rollout && memory.Progress.TryGetValue((record.Name, rollout.To), out var progress)
            ? target with { Watching = !progress.HasProved(clock.Now, WatchOf(record)) }
            : target;
    }

    /// <summary>When a watch will have passed if nothing fails, on the clock's own scale.</summary>
    public TimeSpan? WatchEnds(DeploymentRecord record) =>
        record.UnderWay is { } rollout && memory.Progress.TryGetValue((record.Name, rollout.To), out var progress) ? progress.ProvedAt(WatchOf(record)) : null;

    // Going back to what has served well is not delayed: what is there now may be what hurts.
    private static TimeSpan WatchOf(DeploymentRecord record) =>
        record.Current.CopyOf is { } original && record.Revision(original).State != RevisionState.Failed ? TimeSpan.Zero : record.Current.Manifest.Rollout.Watch;

    // After a restart of the controller the deadline goes on from where the state file says that the update began.
    private RolloutProgress ProgressOf(DeploymentName name, RolloutRecord rollout, RevisionRecord to) =>
        memory.Progress.TryGetValue((name, rollout.To), out var known)
            ? known
            : new RolloutProgress(clock.Now - TimeSpan.FromTicks(Math.Min(clock.Since(rollout.StartedAt).Ticks, to.Manifest.Rollout.Deadline.Ticks)));

    // The state may have moved on since it was looked at (another deploy, a removal): then nothing is done.
    private DeploymentRecord Change(DeploymentName name, RolloutRecord rollout, Func<DeploymentRecord, StateChange> change) => store.Change(deployments =>
    {
        var record = deployments[name.Value];
        if (record.UnderWay?.To != rollout.To || record.UnderWay.Paused || record.Deleting) return (new StateChange(), record);
        var changed = change(record);
        return (changed, changed.Deployment!);
    });
}
