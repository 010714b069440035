using Fairlead.Control.Events;
using Fairlead.Control.Fleet;
using Fairlead.Control.Planning;
using Fairlead.Control.Reconciling;
using Fairlead.Control.Store;
using Fairlead.Core.Identity;

namespace Fairlead.Control.Rollouts;

/// <summary>Ends updates: complete when the new revision serves alone, rolled back when it is judged not to come.</summary>
internal sealed class RolloutDriver(StateStore store, Memory memory, Clock clock)
{
    /// <returns>The deployment as it is wanted from now on.</returns>
    public DeploymentRecord Drive(DeploymentRecord record, IReadOnlyList<SeenReplica> replicas)
    {
        if (record is not { Deleting: false, Rollout: { State: RolloutState.Progressing } rollout }) return record;
        var target = DeploymentTarget.Of(record);
        List<ObservedReplica> observed = [.. replicas.Select(r => r.Observed)];
        var progress = Progress(record.Name, rollout, record.Current).Seen(target, observed, clock.Now);
        memory.Progress[(record.Name, rollout.To)] = progress;
        var early = memory.EarlyExits.GetValueOrDefault((record.Name, rollout.To));
        var waiting = replicas.LastOrDefault(r => r.State.Revision == rollout.To && r.Health.Reason is not null)?.Health;
        var signs = new RolloutSigns(early.Count, early.Reason ?? waiting?.Reason, waiting is { Refused: true } ? waiting.Reason : null);
        return progress.Judge(target, observed, clock.Now, record.Current.Manifest.Rollout.Deadline, signs) switch
        {
            RolloutVerdict.Complete => Complete(record.Name, rollout),
            RolloutVerdict.RollBack back => RollBack(record.Name, rollout, back.Reason),
            _ => record,
        };
    }

    // After a restart of the controller the deadline goes on from where the state file says that the update began.
    private RolloutProgress Progress(DeploymentName name, RolloutRecord rollout, RevisionRecord to) =>
        memory.Progress.TryGetValue((name, rollout.To), out var known)
            ? known
            : new RolloutProgress(clock.Now - TimeSpan.FromTicks(Math.Min(clock.Since(rollout.StartedAt).Ticks, to.Manifest.Rollout.Deadline.Ticks)));

    private DeploymentRecord Complete(DeploymentName name, RolloutRecord rollout) => Change(name, rollout, record =>
    {
        var (requests, failed) = memory.Traffic.During(name, rollout);
        var ended = record with { Rollout = rollout with { State = RolloutState.Complete, EndedAt = clock.Utc, Requests = requests, Failed = failed } };
        return (ended, EventEntry.Of(clock.Utc, EventKind.RolloutCompleted, $"'{name}' runs revision {rollout.To} alone. {failed} failed of {requests} requests meanwhile.", name));
    });

    private DeploymentRecord RollBack(DeploymentName name, RolloutRecord rollout, string reason) => Change(name, rollout, record =>
    {
        var (requests, failed) = memory.Traffic.During(name, rollout);
        var from = record.Revision(rollout.From);
        var number = record.Revisions[^1].Number + 1;
        var copy = new RevisionRecord(number, from.Manifest, from.ManifestText, from.Content) { CopyOf = from.CopyOf ?? from.Number, CreatedAt = clock.Utc };
        var bad = record.Revision(rollout.To) with { State = RevisionState.Failed };
        var back = record with
        {
            Wanted = number,
            Revisions = record.Revisions.SetItem(record.Revisions.FindIndex(r => r.Number == rollout.To), bad).Add(copy),
            Rollout = rollout with { State = RolloutState.RolledBack, EndedAt = clock.Utc, Reason = reason, Requests = requests, Failed = failed },
        };
        return (back, EventEntry.Of(clock.Utc, EventKind.RolloutRolledBack,
            $"'{name}' was rolled back from revision {rollout.To} to revision {number}, a copy of {copy.CopyOf}: {reason}. {failed} failed of {requests} requests meanwhile.", name, severity: Severity.Error));
    });

    // The state may have moved on since it was looked at (another deploy, a removal): then nothing is done.
    private DeploymentRecord Change(DeploymentName name, RolloutRecord rollout, Func<DeploymentRecord, (DeploymentRecord Record, EventEntry Event)> change) => store.Change(deployments =>
    {
        var record = deployments[name.Value];
        if (record.Rollout?.To != rollout.To || record.Rollout.State != RolloutState.Progressing || record.Deleting) return (new StateChange(), record);
        var (changed, entry) = change(record);
        return (new StateChange { Deployment = changed, Events = [entry] }, changed);
    });
}
