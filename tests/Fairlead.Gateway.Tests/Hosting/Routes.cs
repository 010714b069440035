using Fairlead.Core.Routing;

namespace Fairlead.Gateway.Tests.Hosting;

/// <summary>Snapshots in few words.</summary>
internal static class Routes
{
    public static RouteSnapshot To(long version, params DeploymentRoute[] deployments) => new(version, deployments);

    public static DeploymentRoute Model(string name, params RevisionRoute[] revisions) => new(name, RouteKind.Model, 10_000, 16 << 20, revisions);

    public static DeploymentRoute Service(string name, params RevisionRoute[] revisions) => new(name, RouteKind.Service, 10_000, 16 << 20, revisions);

    public static RevisionRoute Revision(int number, params Backend[] backends) => Weighted(number, 100, backends);

    public static RevisionRoute Weighted(int number, int weight, params Backend[] backends) =>
        new(number, $"{number}.0.0", weight, [.. backends.Select(b => b.Route)]);

    /// <summary>One model, <c>m</c>, of one revision on these.</summary>
    public static RouteSnapshot OneModel(long version, params Backend[] backends) => To(version, Model("m", Revision(1, backends)));
}
