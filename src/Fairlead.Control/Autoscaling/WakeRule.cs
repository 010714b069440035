using Fairlead.Control.Events;
using Fairlead.Control.Fleet;
using Fairlead.Control.Store;

namespace Fairlead.Control.Autoscaling;

/// <summary>What a request that waits at the gateway makes of a deployment without replicas. Pure.</summary>
internal static class WakeRule
{
    /// <returns>Null when nothing is to be done.</returns>
    public static StateChange? Of(DeploymentRecord record, DateTimeOffset now) => record is { StartsOnDemand: true, Replicas: 0 }
        ? new StateChange
        {
            Deployment = record with { Replicas = 1, ReplicasByHand = false },
            Events = [EventEntry.Of(now, EventKind.Woken, $"'{record.Name}' gets a replica: a request waits at the gateway.", record.Name)],
        }
        : null;
}
