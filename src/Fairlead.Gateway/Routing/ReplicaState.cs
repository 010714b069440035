using Fairlead.Core.Routing;
using Fairlead.Gateway.Health;
using Fairlead.Gateway.Replicas;

namespace Fairlead.Gateway.Routing;

/// <summary>
/// One replica for as long as it is routed to or has requests in flight: the same object in every <see cref="RouteTable"/>
/// that names its id, so that its health and its count outlive a change of routes.
/// </summary>
internal sealed class ReplicaState
{
    private volatile bool _retired;
    private int _inFlight;

    public ReplicaState(ReplicaRoute route, DeploymentState deployment, TimeProvider time)
    {
        (Id, Address, ReadyPath, Deployment) = (route.Id, route.Address, route.ReadyPath, deployment);
        (Health, Connections) = (new ReplicaHealth(time), new ReplicaPools(this));
    }

    public string Id { get; }

    /// <summary><c>host:port</c>.</summary>
    public string Address { get; }

    public string ReadyPath { get; }

    public DeploymentState Deployment { get; }

    public ReplicaHealth Health { get; }

    public ReplicaPools Connections { get; }

    public int InFlight => Volatile.Read(ref _inFlight);

    public bool IsGone => _retired && InFlight == 0;

    public bool Matches(ReplicaRoute other) => Id == other.Id && Address == other.Address && ReadyPath == other.ReadyPath;

    /// <summary>
    /// Counts a request in, unless the replica has left the routes. The count comes first and the look after, and
    /// <see cref="Retire"/> does it the other way round: so a state read after a snapshot was acknowledged either shows
    /// the request in flight or the request went elsewhere. That is what lets the controller stop a replica at 0.
    /// </summary>
    public bool TryEnter()
    {
        Interlocked.Increment(ref _inFlight);
        if (!_retired) return true;
        Leave();
        return false;
    }

    public void Leave() => Interlocked.Decrement(ref _inFlight);

    public void Retire()
    {
        _retired = true;
        Interlocked.MemoryBarrier();
    }

    public void Return() => _retired = false;
}
