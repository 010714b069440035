using Fairlead.Gateway.Routing;

namespace Fairlead.Gateway.Balancing;

/// <summary>Where an attempt goes.</summary>
internal static class Selection
{
    /// <summary>
    /// A revision by weight among those that can take the request, then a replica in it. Ejected replicas are used only
    /// when no other is left (an ejection is a suspicion); replicas that are down never are.
    /// </summary>
    /// <param name="pinnedVersion">Only revisions of this version, whatever their weight; null for the traffic split.</param>
    /// <param name="tried">Replicas that have had the request already; null for none.</param>
    public static (RevisionPool Pool, ReplicaState Replica)? Next(DeploymentModel deployment, string? pinnedVersion, List<ReplicaState>? tried, Random random)
    {
        bool Untried(ReplicaState replica) => tried is null || !tried.Contains(replica);
        return Draw(deployment.Revisions, pinnedVersion, r => r.Health.IsRoutable && Untried(r), random)
            ?? Draw(deployment.Revisions, pinnedVersion, r => r.Health.IsUp && Untried(r), random);
    }

    private static (RevisionPool Pool, ReplicaState Replica)? Draw(RevisionPool[] pools, string? pinnedVersion, Func<ReplicaState, bool> eligible, Random random)
    {
        var total = 0L;
        foreach (var pool in pools) total += Share(pool, pinnedVersion, eligible);
        if (total == 0) return null;
        var at = random.NextInt64(total);
        foreach (var pool in pools)
        {
            at -= Share(pool, pinnedVersion, eligible);
            if (at >= 0) continue;
            return LeastLoadedOfTwo.Pick(pool.Replicas, eligible, random) is { } replica ? (pool, replica) : null;
        }

        // Health changed between the two passes: as if nothing had been eligible.
        return null;
    }

    private static long Share(RevisionPool pool, string? pinnedVersion, Func<ReplicaState, bool> eligible)
    {
        var weight = pinnedVersion is null ? pool.Weight : pool.Version == pinnedVersion ? Math.Max(1, pool.Weight) : 0;
        return weight > 0 && Array.Exists(pool.Replicas, r => eligible(r)) ? weight : 0;
    }
}
