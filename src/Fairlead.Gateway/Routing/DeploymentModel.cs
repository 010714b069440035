using Fairlead.Core.Routing;

namespace Fairlead.Gateway.Routing;

/// <summary>One deployment in one table.</summary>
internal sealed class DeploymentModel(DeploymentRoute route, DeploymentState state, RevisionPool[] revisions)
{
    public string Name => route.Deployment;

    public RouteKind Kind => route.Kind;

    public TimeSpan Timeout { get; } = TimeSpan.FromMilliseconds(route.TimeoutMilliseconds);

    public long MaxBodyBytes => route.MaxBodyBytes;

    public DeploymentState State { get; } = state;

    public RevisionPool[] Revisions { get; } = revisions;

    /// <summary>How requests wait while there is no replica; null: they do not.</summary>
    public HoldRoute? Hold => route.Hold;

    public bool HasReplicas { get; } = Array.Exists(revisions, r => r.Replicas.Length > 0);

    /// <summary>Requests wait for a replica rather than for an answer that there is none.</summary>
    public bool Holds => Hold is not null && !HasReplicas;

    /// <summary>A request that comes now is answered, if need be after a replica has started.</summary>
    public bool TakesRequests => Holds ? Hold!.Ready : IsRoutable;

    public bool Knows(string version) => Array.Exists(Revisions, r => r.Version == version);

    public bool IsRoutable => Array.Exists(Revisions, r => Array.Exists(r.Replicas, p => p.Health.IsUp));
}
