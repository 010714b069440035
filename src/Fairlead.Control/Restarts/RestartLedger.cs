using Fairlead.Core.Identity;

namespace Fairlead.Control.Restarts;

/// <summary>The restart histories of all replicas, by the replica that holds the place. Owned by the reconciler; not shared.</summary>
internal sealed class RestartLedger
{
    private readonly Dictionary<ReplicaId, Entry> _entries = [];

    /// <summary>Takes over what an earlier controller knew.</summary>
    public RestartLedger(IEnumerable<RestartRecord> known, Clock clock)
    {
        foreach (var record in known)
        {
            // Bounded: a clock that was set back must not make a place wait for longer than the longest back-off.
            var wait = record.NotBefore is { } moment ? moment - clock.Utc : TimeSpan.Zero;
            var bounded = TimeSpan.FromTicks(Math.Clamp(wait.Ticks, 0, Backoff.Longest.Ticks));
            _entries[record.Replica] = new Entry(record, clock.Now + bounded);
        }
    }

    public int RestartsOf(ReplicaId replica) => _entries.TryGetValue(replica, out var entry) ? entry.Record.Restarts : 0;

    public int FailuresOf(ReplicaId replica) => _entries.TryGetValue(replica, out var entry) ? entry.Record.Failures : 0;

    /// <summary>When an ended replica may be replaced, on the clock's own scale; null for one that has not been recorded.</summary>
    public TimeSpan? RestartAt(ReplicaId replica) => _entries.TryGetValue(replica, out var entry) && entry.Record.NotBefore is not null ? entry.RestartAt : null;

    public RestartRecord Ended(ReplicaId replica, DeploymentName deployment, TimeSpan? readyFor, Clock clock)
    {
        var (delay, failures) = Backoff.After(FailuresOf(replica), readyFor);
        var record = new RestartRecord(replica, deployment, RestartsOf(replica), failures, clock.Utc + delay);
        _entries[replica] = new Entry(record, clock.Now + delay);
        return record;
    }

    /// <summary>The new replica goes on with the old one's history.</summary>
    public RestartRecord Replaced(ReplicaId ended, ReplicaId by, DeploymentName deployment)
    {
        var record = new RestartRecord(by, deployment, RestartsOf(ended) + 1, FailuresOf(ended), null);
        _entries.Remove(ended);
        _entries[by] = new Entry(record, default);
        return record;
    }

    public bool Forget(ReplicaId replica) => _entries.Remove(replica);

    public IReadOnlyList<ReplicaId> ForgetAllBut(IReadOnlySet<ReplicaId> known)
    {
        var gone = _entries.Keys.Where(id => !known.Contains(id)).ToList();
        foreach (var id in gone) _entries.Remove(id);
        return gone;
    }

    private sealed record Entry(RestartRecord Record, TimeSpan RestartAt);
}
