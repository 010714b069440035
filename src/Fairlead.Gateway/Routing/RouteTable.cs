using Fairlead.Core.Routing;

namespace Fairlead.Gateway.Routing;

/// <summary>A published snapshot: never changed, swapped whole, read without a lock.</summary>
internal sealed class RouteTable
{
    private readonly Dictionary<string, DeploymentModel> _deployments;

    public RouteTable(RouteSnapshot snapshot, IEnumerable<DeploymentModel> deployments)
    {
        Snapshot = snapshot;
        _deployments = deployments.ToDictionary(d => d.Name, StringComparer.Ordinal);
    }

    public static RouteTable Empty { get; } = new(new RouteSnapshot(0, []), []);

    public RouteSnapshot Snapshot { get; }

    public IReadOnlyCollection<DeploymentModel> Deployments => _deployments.Values;

    public IEnumerable<ReplicaState> Replicas => _deployments.Values.SelectMany(d => d.Revisions).SelectMany(r => r.Replicas);

    public DeploymentModel? Find(string deployment) => _deployments.GetValueOrDefault(deployment);
}
