using Fairlead.Control.Fleet;
using Fairlead.Control.Rollouts;

namespace Fairlead.Control.Reconciling;

public enum DeploymentPhase
{
    /// <summary>On its way to what is wanted, and nothing has gone wrong.</summary>
    Progressing,

    /// <summary>As many replicas as are wanted serve.</summary>
    Ready,

    /// <summary>No replica runs until a request comes.</summary>
    Idle,

    /// <summary>Fewer than wanted serve.</summary>
    Degraded,

    /// <summary>None serves and none is coming.</summary>
    Failed,

    /// <summary>It is being removed.</summary>
    Stopping,
}

/// <summary>A deployment's phase, from what is wanted and what is seen. Pure.</summary>
public static class PhaseRule
{
    public static DeploymentPhase Of(DeploymentRecord record, FleetView view)
    {
        if (record.Deleting) return DeploymentPhase.Stopping;
        if (record.Rollout is { State: RolloutState.Progressing }) return DeploymentPhase.Progressing;
        if (record is { StartsOnDemand: true, Replicas: 0 }) return DeploymentPhase.Idle;
        var replicas = view.Of(record.Name);
        var serving = replicas.Count(r => r.Observed.Serving);
        if (serving >= record.Replicas) return DeploymentPhase.Ready;
        var trouble = view.StartProblems.ContainsKey(record.Name) || replicas.Any(r => r.Failures > 0 || r.Health.WasReady && !r.Health.Ready);
        if (serving > 0) return trouble ? DeploymentPhase.Degraded : DeploymentPhase.Progressing;
        return IsComing(record, view, replicas) ? DeploymentPhase.Progressing : DeploymentPhase.Failed;
    }

    // A replica is coming while one runs that may still become ready in time, or none has been tried often enough to be given up on.
    private static bool IsComing(DeploymentRecord record, FleetView view, IReadOnlyList<SeenReplica> replicas)
    {
        if (view.StartProblems.ContainsKey(record.Name)) return false;
        var active = replicas.Where(r => r.Observed.Active).ToList();
        if (active.Exists(r => r.Observed.Ready)) return true;
        if (active.Count > 0 && active.TrueForAll(r => r.Health.Refused)) return false;
        if (replicas.Any(r => r.Failures >= RolloutProgress.MostEarlyExits)) return false;
        return replicas.Count == 0 || replicas.Any(r => !r.Observed.Running) || active.Exists(r => view.At - r.State.StartedAt < record.Current.Manifest.Rollout.Deadline);
    }
}
