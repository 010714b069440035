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

    public bool Knows(string version) => Array.Exists(Revisions, r => r.Version == version);

    public bool IsRoutable => Array.Exists(Revisions, r => Array.Exists(r.Replicas, p => p.Health.IsUp));
}
