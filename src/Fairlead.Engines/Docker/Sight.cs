using Fairlead.Core.Engines;
using Fairlead.Core.Identity;
using Fairlead.Core.Results;

namespace Fairlead.Engines.Docker;

/// <summary>
/// What was seen of the replicas last. It is shown while the daemon cannot be asked, since what cannot be seen has not
/// ended; and by it a replica whose container somebody else removed is told from one that never was.
/// </summary>
internal sealed class Sight(TimeProvider time)
{
    /// <summary>A daemon that hangs would make every look as long as its limit.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private readonly Dictionary<ReplicaId, ReplicaState> _known = [];
    private readonly HashSet<ReplicaId> _removed = [];
    private EngineSnapshot _last = new(default, []);
    private long _lostAt;

    public EngineSnapshot Last
    {
        get { lock (_gate) return _last; }
    }

    /// <summary>Why the last look failed; null when it did not.</summary>
    public Problem? Problem => Last.Unobserved;

    public bool IsResting
    {
        get { lock (_gate) return _last.Unobserved is not null && time.GetElapsedTime(_lostAt) < Rest; }
    }

    public EngineSnapshot Seen(IReadOnlyList<ReplicaState> replicas)
    {
        lock (_gate)
        {
            var now = time.GetUtcNow();
            var present = replicas.Select(r => r.Id).ToHashSet();
            var missing = _known.Values.Where(k => !present.Contains(k.Id) && !_removed.Contains(k.Id)).Select(k => Ended(k, now)).ToList();
            _removed.RemoveWhere(r => !present.Contains(r) && !_known.ContainsKey(r));
            var shown = replicas.Where(r => !_removed.Contains(r.Id)).Concat(missing).ToList();
            _known.Clear();
            foreach (var replica in shown) _known[replica.Id] = replica;
            return _last = new EngineSnapshot(now, shown);
        }
    }

    public EngineSnapshot Lost(Problem problem)
    {
        lock (_gate)
        {
            _lostAt = time.GetTimestamp();
            return _last = _last with { Unobserved = problem };
        }
    }

    /// <summary>It is about to be made.</summary>
    public void Expect(ReplicaId replica)
    {
        lock (_gate) _removed.Remove(replica);
    }

    /// <summary>We removed it ourselves: a list that was made before does not bring it back.</summary>
    public void Forget(ReplicaId replica)
    {
        lock (_gate)
        {
            if (_known.Remove(replica)) _removed.Add(replica);
            _last = _last with { Replicas = [.. _last.Replicas.Where(r => r.Id != replica)] };
        }
    }

    private static ReplicaState Ended(ReplicaState known, DateTimeOffset now) => known.Phase == ReplicaPhase.Exited ? known : known with
    {
        Phase = ReplicaPhase.Exited,
        Usage = null,
        Exit = new ReplicaExit(now, null, null, false, []) { Cause = "its container was removed by somebody else" },
    };
}
