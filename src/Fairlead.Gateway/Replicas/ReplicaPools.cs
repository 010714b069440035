using System.Collections.Concurrent;
using Fairlead.Gateway.Routing;
using Fairlead.Sockets;

namespace Fairlead.Gateway.Replicas;

/// <summary>A replica's connections: a pool for each loop.</summary>
internal sealed class ReplicaPools(ReplicaState replica)
{
    private readonly ConcurrentDictionary<PollLoop, ReplicaPool> _pools = [];

    public ReplicaPool On(PollLoop loop) => _pools.TryGetValue(loop, out var pool) ? pool : _pools.GetOrAdd(loop, static (on, replica) => new ReplicaPool(replica, on), replica);
}
