using Fairlead.Control.Events;
using Fairlead.Control.Fleet;
using Fairlead.Control.Healing;
using Fairlead.Control.Restarts;
using Fairlead.Core.Engines;

namespace Fairlead.Control.Reconciling;

/// <summary>Tells what became of the replicas since the last turn, and counts their failures.</summary>
internal sealed class ReplicaHistory(Memory memory, Clock clock)
{
    public void Note(DeploymentRecord record, SeenReplica replica)
    {
        var page = memory.Book.Of(replica.State.Id);
        if (replica.Observed is { Sick: { } sickness, Active: true } && !page.SicknessTold)
        {
            page.SicknessTold = true;
            NoteSickness(record, replica, sickness);
        }

        if (replica.State.Phase == ReplicaPhase.Exited)
        {
            if (!page.ExitSeen && !page.Stopping) NoteExit(record, replica);
            page.ExitSeen = true;
        }
        else if (replica.Health.Known && page.ReadyTold != replica.Health.Ready && replica.Observed.Active)
        {
            NoteReadiness(record, replica, page.ReadyTold);
            page.ReadyTold = replica.Health.Ready;
        }
    }

    private void NoteReadiness(DeploymentRecord record, SeenReplica replica, bool? before)
    {
        var id = replica.State.Id;
        if (replica.Health.Ready)
        {
            memory.Tell(EventKind.ReplicaReady, $"{id} is ready, {Seconds(clock.Since(replica.State.StartedAt))} after its start.", record.Name, id);
        }
        else if (before == true)
        {
            memory.Tell(EventKind.ReplicaNotReady, $"{id} is not ready any more: {replica.Health.Reason}.", record.Name, id, Severity.Warning);
        }
    }

    private void NoteExit(DeploymentRecord record, SeenReplica replica)
    {
        var id = replica.State.Id;
        // What an earlier controller recorded counts once.
        if (memory.Ledger.RestartAt(id) is not null) return;
        var leaving = replica.Observed.DrainingSince is not null;
        var readyFor = ReadyFor(replica);
        var how = ExitText.WithLastLine(replica.State.Exit);
        if (!leaving)
        {
            memory.Remember(record.Name, new RecentEnd(replica.State.Exit?.At ?? clock.Utc, id, ExitText.Of(replica.State.Exit), replica.State.Exit?.LastLines ?? []));
            memory.Note(memory.Ledger.Ended(id, record.Name, readyFor, clock));
            if (readyFor is null || readyFor < Backoff.Stable) memory.CountEarlyExit(record.Name, replica.State.Revision, how);
        }

        var wait = (memory.Ledger.RestartAt(id) ?? clock.Now) - clock.Now;
        var then = leaving ? "It was being drained." : wait > TimeSpan.Zero ? $"Its place is filled again in {Seconds(wait)}." : "Its place is filled again at once.";
        memory.Tell(EventKind.ReplicaExited, $"{id} {how}. {then}", record.Name, id, Severity.Warning);
    }

    private void NoteSickness(DeploymentRecord record, SeenReplica replica, Sickness sickness)
    {
        var id = replica.State.Id;
        memory.Tell(EventKind.ReplicaSick, $"{id} {sickness.Reason}. It is replaced.", record.Name, id, Severity.Warning);
        memory.Remember(record.Name, new RecentEnd(clock.Utc, id, sickness.Reason, []));
        var readyFor = ReadyFor(replica);
        if (readyFor is null || readyFor < Backoff.Stable) memory.CountEarlyExit(record.Name, replica.State.Revision, sickness.Reason);
    }

    // A replica that ended while no controller ran tells by its age whether it had been well.
    private TimeSpan? ReadyFor(SeenReplica replica)
    {
        if (replica.Health.WasReady) return replica.Health.ReadySince is { } since ? clock.Now - since : TimeSpan.Zero;
        if (replica.Health.Known || replica.State.Exit is not { } exit) return null;
        var age = exit.At - replica.State.StartedAt;
        return age >= Restarts.Backoff.Stable ? age : null;
    }

    private static string Seconds(TimeSpan span) => span.TotalSeconds < 10 ? $"{span.TotalSeconds:0.0} s" : $"{span.TotalSeconds:0} s";
}
