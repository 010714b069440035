using Fairlead.Control.Planning;
using Fairlead.Control.Readiness;
using Fairlead.Core.Engines;
using Fairlead.Core.Routing;

namespace Fairlead.Control.Reconciling;

/// <summary>Everything known of one replica at one moment.</summary>
public sealed record SeenReplica(ReplicaState State, ReplicaHealth Health, ObservedReplica Observed)
{
    public int Restarts { get; init; }

    public int Failures { get; init; }

    public double? CpuCores { get; init; }

    public long InFlight { get; init; }

    public GatewayReplica? AtGateway { get; init; }

    /// <summary>For an ended one that waits: how long still.</summary>
    public TimeSpan Wait { get; init; }
}
