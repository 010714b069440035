using Fairlead.Control.Fleet;
using Fairlead.Control.Healing;
using Fairlead.Control.Reconciling;
using Fairlead.Core.Results;
using Fairlead.Core.Routing;

namespace Fairlead.Control.Routes;

/// <summary>How the gateway is to hold the requests of a deployment that may have no replica. Pure.</summary>
internal static class HoldRule
{
    /// <param name="replicas">Of this deployment.</param>
    /// <param name="refused">Why its engine did not start the last one.</param>
    /// <param name="ends">Of replicas that nobody wished to end, the last one last; null when there is none.</param>
    /// <param name="proven">A replica like those that are wanted has been ready.</param>
    /// <returns>Null when requests do not wait for a first replica.</returns>
    public static HoldRoute? Of(DeploymentRecord record, IReadOnlyList<SeenReplica> replicas, IReadOnlyList<Problem>? refused, IReadOnlyList<RecentEnd>? ends, bool proven)
    {
        if (!record.StartsOnDemand) return null;
        var trouble = Trouble(replicas, refused, ends);
        return new HoldRoute(trouble is null && (proven || record.Replicas == 0), trouble);
    }

    public static string? Trouble(IReadOnlyList<SeenReplica> replicas, IReadOnlyList<Problem>? refused, IReadOnlyList<RecentEnd>? ends)
    {
        if (refused is [var problem, ..]) return problem.Message.TrimEnd('.');
        if (replicas.FirstOrDefault(r => r.Health.Refused) is { } refusing) return $"its model is refused: {refusing.Health.Reason?.TrimEnd('.')}";
        return replicas.Any(r => r.Failures > 0) ? $"its last replica {ends?[^1].How ?? "ended"}" : null;
    }
}
