using Fairlead.Core.Identity;
using Fairlead.Core.Routing;

namespace Fairlead.Control.Routes;

/// <summary>What is known of the gateway at one moment.</summary>
/// <param name="State">Null while it does not answer.</param>
/// <param name="Acknowledged">The routes it said it uses; null before the first.</param>
/// <param name="UpToDate">They are the routes that are wanted.</param>
public sealed record GatewayView(GatewayState? State, IReadOnlyList<DeploymentRoute>? Acknowledged, bool UpToDate)
{
    private readonly HashSet<string> _routed =
        Acknowledged?.SelectMany(d => d.Revisions).SelectMany(r => r.Replicas).Select(r => r.Id).ToHashSet(StringComparer.Ordinal) ?? [];

    public static GatewayView Unknown { get; } = new(null, null, false);

    public bool Routes(ReplicaId replica) => State is not null && _routed.Contains(replica.Value);

    /// <summary>It uses routes that do not lead to the replica, and has no request of its unanswered.</summary>
    public bool IsIdle(ReplicaId replica) => State is not null && Acknowledged is not null && !_routed.Contains(replica.Value) && InFlight(replica) == 0;

    public long InFlight(ReplicaId replica) => Of(replica)?.InFlight ?? 0;

    public GatewayReplica? Of(ReplicaId replica) => State?.Replicas.FirstOrDefault(r => r.Id == replica.Value);

    public GatewayDeployment? Of(DeploymentName deployment) => State?.Deployments.FirstOrDefault(d => d.Deployment == deployment.Value);
}
