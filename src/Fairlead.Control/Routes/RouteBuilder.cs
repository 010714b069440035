using Fairlead.Control.Fleet;
using Fairlead.Core.Engines;
using Fairlead.Core.Routing;

namespace Fairlead.Control.Routes;

/// <summary>Makes the routes from what is wanted and which replicas may be sent requests. Pure; equal input gives equal text.</summary>
internal static class RouteBuilder
{
    private const int Whole = 10_000;

    /// <param name="routable">Of this deployment, those that are ready and not leaving.</param>
    /// <param name="hold">How its requests wait while it has none; null when they do not.</param>
    public static DeploymentRoute? Of(DeploymentRecord record, IReadOnlyList<ReplicaState> routable, HoldRoute? hold)
    {
        var manifest = record.Current.Manifest;
        if (!manifest.Network.Expose) return null;
        var kind = manifest.Model.File is not null ? RouteKind.Model : RouteKind.Service;
        var current = record.EquivalentTo(record.Current);
        var groups = routable.ToLookup(r => current.Contains(r.Revision) ? record.Wanted : r.Revision);
        var old = routable.Count - groups[record.Wanted].Count();
        var revisions = groups
            .OrderBy(g => g.Key)
            .Select(g => Revision(record.Revision(g.Key), Weight(record, g.Key == record.Wanted, g.Count(), old), [.. g.OrderBy(r => r.Id.Value, StringComparer.Ordinal)]));
        // Its version is known although nothing runs.
        if (hold is not null && routable.Count == 0) revisions = [Revision(record.Current, 1, [])];
        return new DeploymentRoute(record.Name.Value, kind, (int)Math.Min(int.MaxValue, manifest.Serve.Timeout.TotalMilliseconds), manifest.Serve.MaxBody.Bytes, [.. revisions]) { Hold = hold };
    }

    public static bool Same(IReadOnlyList<DeploymentRoute> a, IReadOnlyList<DeploymentRoute> b) => ReferenceEquals(a, b) || Text(a).AsSpan().SequenceEqual(Text(b));

    // Each replica the same share of the requests, whichever revision it is of, unless a canary's step says what it gets.
    private static int Weight(DeploymentRecord record, bool isWanted, int replicas, int old)
    {
        if (record.CanaryShare is not { } share || old == 0) return replicas;
        var canary = (int)Math.Round(Whole * share.Fraction);
        return isWanted ? canary : Math.Max(1, (Whole - canary) * replicas / old);
    }

    private static RevisionRoute Revision(RevisionRecord revision, int weight, IReadOnlyList<ReplicaState> replicas) =>
        new(revision.Number, revision.Manifest.Version, weight, [.. replicas.Select(r => new ReplicaRoute(r.Id.Value, r.Http.ToString(), revision.Template.ReadyPath ?? ""))]);

    private static byte[] Text(IReadOnlyList<DeploymentRoute> routes) =>
        System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(new RouteSnapshot(0, routes), RoutingJson.Default.RouteSnapshot);
}
