using System.Collections.Immutable;
using Fairlead.Control.Events;
using Fairlead.Control.Fleet;
using Fairlead.Control.Healing;
using Fairlead.Control.Restarts;
using Fairlead.Control.Rollouts;
using Fairlead.Control.Store;
using Fairlead.Core.Engines;
using Fairlead.Core.Identity;
using Fairlead.Core.Results;

namespace Fairlead.Control.Reconciling;

/// <summary>What one reconciler keeps between its turns, and what the turn has still to write.</summary>
internal sealed class Memory(RestartLedger ledger, Clock clock)
{
    private const int MostUnwritten = 1000;
    private const int MostEnds = 20;

    private readonly List<EventEntry> _events = [];
    private readonly List<RestartRecord> _restarts = [];
    private readonly List<ReplicaId> _forgotten = [];
    private readonly Lock _gate = new();

    /// <summary>With what a replica was ready last.</summary>
    private readonly Dictionary<DeploymentName, Digest> _proved = [];

    public ReplicaBook Book { get; } = new();

    public RestartLedger Ledger { get; } = ledger;

    public TrafficBook Traffic { get; } = new();

    public Dictionary<(DeploymentName Deployment, int Revision), RolloutProgress> Progress { get; } = [];

    public Dictionary<(DeploymentName Deployment, int Revision), CanaryStep> Canaries { get; } = [];

    /// <summary>Replicas that ended before they had been ready for a stable minute, or were not started, and what the last of them said.</summary>
    public Dictionary<(DeploymentName Deployment, int Revision), (int Count, string Reason)> EarlyExits { get; } = [];

    /// <summary>The newest last.</summary>
    public Dictionary<DeploymentName, ImmutableList<RecentEnd>> RecentEnds { get; } = [];

    public Dictionary<DeploymentName, StartHold> Holds { get; } = [];

    /// <summary>Whether a replica like those that are wanted is ready or has been.</summary>
    public bool HasProved(DeploymentRecord record, IReadOnlyList<ReplicaState> ready)
    {
        var wanted = record.Current.Template.Digest;
        if (ready.Any(r => record.Revision(r.Revision).Template.Digest == wanted)) _proved[record.Name] = wanted;
        return _proved.GetValueOrDefault(record.Name) == wanted;
    }

    public void CountEarlyExit(DeploymentName deployment, int revision, string reason) =>
        EarlyExits[(deployment, revision)] = (EarlyExits.GetValueOrDefault((deployment, revision)).Count + 1, reason);

    public void Remember(DeploymentName deployment, RecentEnd end)
    {
        var ends = (RecentEnds.GetValueOrDefault(deployment) ?? []).Add(end);
        RecentEnds[deployment] = ends.Count > MostEnds ? ends.RemoveAt(0) : ends;
    }

    /// <summary>Called from stop tasks too.</summary>
    public void Tell(string kind, string message, DeploymentName? deployment = null, ReplicaId? replica = null, Severity severity = Severity.Information)
    {
        lock (_gate)
        {
            _events.Add(EventEntry.Of(clock.Utc, kind, message, deployment, replica, severity));
            if (_events.Count > MostUnwritten) _events.RemoveAt(0);
        }
    }

    public void Note(RestartRecord record) => _restarts.Add(record);

    public void Forget(ReplicaId replica)
    {
        if (Ledger.Forget(replica)) _forgotten.Add(replica);
    }

    public void Forget(DeploymentName deployment)
    {
        Traffic.Forget(deployment);
        _proved.Remove(deployment);
        Holds.Remove(deployment);
        RecentEnds.Remove(deployment);
        foreach (var key in Progress.Keys.Where(k => k.Deployment == deployment).ToList()) Progress.Remove(key);
        foreach (var key in Canaries.Keys.Where(k => k.Deployment == deployment).ToList()) Canaries.Remove(key);
        foreach (var key in EarlyExits.Keys.Where(k => k.Deployment == deployment).ToList()) EarlyExits.Remove(key);
    }

    /// <summary>Writes what was told, in one transaction; what cannot be written is kept for the next time.</summary>
    /// <exception cref="StateException">It could not be written.</exception>
    public void Write(StateStore store)
    {
        List<EventEntry> events;
        lock (_gate) events = [.. _events];
        var change = new StateChange { Events = events, Restarts = [.. _restarts], ForgottenRestarts = [.. _forgotten] };
        if (change.IsEmpty) return;
        store.Change(change);
        lock (_gate) _events.RemoveRange(0, Math.Min(events.Count, _events.Count));
        _restarts.Clear();
        _forgotten.Clear();
    }
}

/// <summary>The engine would not start a replica: the next try waits.</summary>
internal sealed record StartHold(int Failures, TimeSpan NotBefore, IReadOnlyList<Problem> Problems);
