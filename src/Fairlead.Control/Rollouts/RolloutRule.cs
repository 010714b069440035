using Fairlead.Control.Events;
using Fairlead.Control.Fleet;
using Fairlead.Control.Store;
using Fairlead.Core.Results;

namespace Fairlead.Control.Rollouts;

/// <summary>What completing, reverting, pausing and resuming an update make of a deployment. Pure.</summary>
internal static class RolloutRule
{
    public static Result<StateChange> Pause(DeploymentRecord record, DateTimeOffset now)
    {
        if (record.UnderWay is not { } rollout) return ControlProblems.NoUpdate(record.Name);
        return rollout.Paused
            ? new StateChange()
            : Told(record with { Rollout = rollout with { Paused = true } }, EventKind.RolloutPaused, $"The update of '{record.Name}' to revision {rollout.To} is paused: it stays as it is.", now);
    }

    public static Result<StateChange> Resume(DeploymentRecord record, DateTimeOffset now)
    {
        if (record.UnderWay is not { } rollout) return ControlProblems.NoUpdate(record.Name);
        return rollout.Paused
            ? Told(record with { Rollout = rollout with { Paused = false } }, EventKind.RolloutResumed, $"The update of '{record.Name}' to revision {rollout.To} goes on.", now)
            : new StateChange();
    }

    public static Result<StateChange> Abort(DeploymentRecord record, (long Requests, long Failed) traffic, DateTimeOffset now) =>
        record.UnderWay is { } rollout ? Revert(record, rollout, "it was aborted by hand", traffic, now) : ControlProblems.NoUpdate(record.Name);

    public static Result<StateChange> Promote(DeploymentRecord record) =>
        record.UnderWay is null ? ControlProblems.NoUpdate(record.Name) : ControlProblems.NoCanary(record.Name);

    public static StateChange Complete(DeploymentRecord record, RolloutRecord rollout, (long Requests, long Failed) traffic, DateTimeOffset now) => Told(
        record with { Rollout = Ended(rollout, RolloutState.Complete, traffic, now) },
        EventKind.RolloutCompleted,
        $"'{record.Name}' runs revision {rollout.To} alone. {traffic.Failed} failed of {traffic.Requests} requests meanwhile.",
        now);

    /// <summary>Back to where the update came from: a new revision with the old one's content, wanted at once.</summary>
    public static StateChange Revert(DeploymentRecord record, RolloutRecord rollout, string reason, (long Requests, long Failed) traffic, DateTimeOffset now)
    {
        var from = record.Revision(rollout.From);
        var number = record.Revisions[^1].Number + 1;
        var copy = new RevisionRecord(number, from.Manifest, from.ManifestText, from.Content) { CopyOf = from.CopyOf ?? from.Number, CreatedAt = now };
        var bad = record.Revision(rollout.To) with { State = RevisionState.Failed };
        var back = record with
        {
            Wanted = number,
            Revisions = record.Revisions.SetItem(record.Revisions.FindIndex(r => r.Number == rollout.To), bad).Add(copy),
            Rollout = Ended(rollout, RolloutState.RolledBack, traffic, now) with { Reason = reason },
        };
        var message = $"'{record.Name}' was rolled back from revision {rollout.To} to revision {number}, a copy of {copy.CopyOf}: {reason}. {traffic.Failed} failed of {traffic.Requests} requests meanwhile.";
        return Told(back, EventKind.RolloutRolledBack, message, now, Severity.Error);
    }

    private static RolloutRecord Ended(RolloutRecord rollout, RolloutState state, (long Requests, long Failed) traffic, DateTimeOffset now) =>
        rollout with { State = state, Paused = false, EndedAt = now, Requests = traffic.Requests, Failed = traffic.Failed };

    private static StateChange Told(DeploymentRecord record, string kind, string message, DateTimeOffset now, Severity severity = Severity.Information) =>
        new() { Deployment = record, Events = [EventEntry.Of(now, kind, message, record.Name, severity: severity)] };
}
