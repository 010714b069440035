using System.Net;
using System.Threading.Channels;
using Fairlead.Core.Engines;
using Fairlead.Core.Identity;

namespace Fairlead.Testing.Engines;

/// <summary>What outlives a <see cref="FakeEngine"/>: its replicas, their logs, and the record of what was asked.</summary>
public sealed class FakeMachine
{
    private readonly Lock _gate = new();
    private readonly Dictionary<ReplicaId, ReplicaState> _replicas = [];
    private readonly Dictionary<ReplicaId, ReplicaSpec> _specs = [];
    private readonly Dictionary<ReplicaId, List<LogLine>> _logs = [];
    private readonly HashSet<ReplicaId> _stubborn = [];
    private readonly List<Channel<ReplicaId>> _watchers = [];
    private readonly List<string> _calls = [];
    private int _next = 1;

    /// <summary>Every <c>start</c>, <c>stop</c> and <c>remove</c> with its replica, in the order it came.</summary>
    public IReadOnlyList<string> Calls
    {
        get { lock (_gate) return [.. _calls]; }
    }

    /// <summary>How the replica was asked for, secrets not looked up.</summary>
    public ReplicaSpec? SpecOf(ReplicaId replica)
    {
        lock (_gate) return _specs.GetValueOrDefault(replica);
    }

    public ReplicaState? Find(ReplicaId replica)
    {
        lock (_gate) return _replicas.GetValueOrDefault(replica);
    }

    /// <summary>The replica ignores SIGTERM: it ends only when its grace is over.</summary>
    public void MakeStubborn(ReplicaId replica)
    {
        lock (_gate) _stubborn.Add(replica);
    }

    /// <summary>What the engine says of a replica is changed, its usage or notes for example.</summary>
    public void Change(ReplicaId replica, Func<ReplicaState, ReplicaState> change)
    {
        lock (_gate) _replicas[replica] = change(_replicas[replica]);
    }

    /// <summary>Somebody else removes a replica, running or not.</summary>
    public void Delete(ReplicaId replica)
    {
        lock (_gate) _replicas.Remove(replica);
    }

    internal IReadOnlyList<ReplicaState> Replicas()
    {
        lock (_gate) return [.. _replicas.Values];
    }

    internal IReadOnlyList<LogLine> Log(ReplicaId replica)
    {
        lock (_gate) return _logs.TryGetValue(replica, out var lines) ? [.. lines] : [];
    }

    internal IReadOnlyList<string> LastLines(ReplicaId replica) => [.. Log(replica).TakeLast(10).Select(l => l.Text)];

    internal bool IsStubborn(ReplicaId replica)
    {
        lock (_gate) return _stubborn.Contains(replica);
    }

    internal void Record(string call)
    {
        lock (_gate) _calls.Add(call);
    }

    internal void Write(ReplicaId replica, LogLine line)
    {
        lock (_gate)
        {
            if (!_logs.TryGetValue(replica, out var lines)) _logs[replica] = lines = [];
            lines.Add(line);
        }
    }

    internal ReplicaState Start(ReplicaSpec spec, DateTimeOffset at, IPEndPoint? http)
    {
        lock (_gate)
        {
            var number = _next++;
            _specs[spec.Id] = spec;
            return _replicas[spec.Id] = new ReplicaState
            {
                Id = spec.Id,
                Deployment = spec.Deployment,
                Revision = spec.Revision,
                Phase = ReplicaPhase.Running,
                StartedAt = at,
                Http = http ?? new IPEndPoint(IPAddress.Loopback, 20_000 + number),
                Handle = number.ToString(),
                Usage = new ReplicaUsage(TimeSpan.FromMilliseconds(1), 1 << 20),
            };
        }
    }

    internal void End(ReplicaId replica, ReplicaExit exit)
    {
        lock (_gate)
        {
            if (!_replicas.TryGetValue(replica, out var state) || state.Phase == ReplicaPhase.Exited) return;
            _replicas[replica] = state with { Phase = ReplicaPhase.Exited, Exit = exit, Usage = null };
            foreach (var watcher in _watchers) watcher.Writer.TryWrite(replica);
        }
    }

    internal bool Remove(ReplicaId replica)
    {
        lock (_gate)
        {
            if (_replicas.TryGetValue(replica, out var state) && state.Phase == ReplicaPhase.Running) return false;
            _replicas.Remove(replica);
            return true;
        }
    }

    internal IAsyncEnumerable<ReplicaId> Watch(CancellationToken cancellationToken)
    {
        var channel = Channel.CreateUnbounded<ReplicaId>();
        lock (_gate) _watchers.Add(channel);
        return channel.Reader.ReadAllAsync(cancellationToken);
    }
}
