using Fairlead.Core.Identity;
using Fairlead.Core.Routing;

namespace Fairlead.Control.Routes;

/// <summary>What is known of the gateway, and of those beside it in a hand-over, at one moment.</summary>
/// <param name="State">Null while it does not answer.</param>
/// <param name="Acknowledged">The routes it said it uses; null before the first.</param>
/// <param name="UpToDate">They are the routes that are wanted.</param>
public sealed record GatewayView(GatewayState? State, IReadOnlyList<DeploymentRoute>? Acknowledged, bool UpToDate)
{
    private readonly HashSet<string> _routed =
        Acknowledged?.SelectMany(d => d.Revisions).SelectMany(r => r.Replicas).Select(r => r.Id).ToHashSet(StringComparer.Ordinal) ?? [];

    public static GatewayView Unknown { get; } = new(null, null, false);

    /// <summary>Gateways that are about to take over or that drain, those of them that answer.</summary>
    public IReadOnlyList<GatewayState> Others { get; init; } = [];

    /// <summary>All of them use the acknowledged routes.</summary>
    public bool Settled { get; init; } = true;

    public IEnumerable<GatewayState> All => State is null ? Others : Others.Prepend(State);

    public bool Routes(ReplicaId replica) => State is not null && _routed.Contains(replica.Value);

    /// <summary>Every gateway uses routes that do not lead to the replica, and none has a request of its unanswered.</summary>
    public bool IsIdle(ReplicaId replica) => State is not null && Acknowledged is not null && Settled && !_routed.Contains(replica.Value) && InFlight(replica) == 0;

    public long InFlight(ReplicaId replica) => All.SelectMany(g => g.Replicas).Where(r => r.Id == replica.Value).Sum(r => r.InFlight);

    public long InFlight(DeploymentName deployment) => All.SelectMany(g => g.Deployments).Where(d => d.Deployment == deployment.Value).Sum(d => d.InFlight);

    /// <summary>Requests that wait for a first replica.</summary>
    public long Held(DeploymentName deployment) => All.SelectMany(g => g.Deployments).Where(d => d.Deployment == deployment.Value).Sum(d => d.Held);

    public GatewayReplica? Of(ReplicaId replica) => State?.Replicas.FirstOrDefault(r => r.Id == replica.Value);
}
