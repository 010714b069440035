using Fairlead.Gateway.Routing;

namespace Fairlead.Gateway.Balancing;

/// <summary>
/// Of two replicas drawn at random, the one with fewer requests in flight. Nearly as even as looking at all of them,
/// and gateways that look at the same moment do not all run to the same replica.
/// </summary>
internal static class LeastLoadedOfTwo
{
    /// <returns>Null when none is eligible.</returns>
    public static ReplicaState? Pick(ReplicaState[] replicas, Func<ReplicaState, bool> eligible, Random random)
    {
        ReplicaState? first = null;
        ReplicaState? second = null;
        var seen = 0;
        foreach (var replica in replicas)
        {
            if (!eligible(replica)) continue;

            // Reservoir sampling: each pair of eligible replicas is as likely as any other.
            var place = seen < 2 ? seen : random.Next(seen + 1);
            seen++;
            if (place == 0) first = replica;
            else if (place == 1) second = replica;
        }

        if (second is null || first is null) return first;
        var difference = first.InFlight - second.InFlight;
        return difference < 0 || (difference == 0 && random.Next(2) == 0) ? first : second;
    }
}
