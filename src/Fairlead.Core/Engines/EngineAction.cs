using Fairlead.Core.Identity;

namespace Fairlead.Core.Engines;

/// <summary>One step of a plan. Carried out in order; a plan is made anew after every change of what is observed.</summary>
public abstract record EngineAction
{
    private EngineAction()
    {
    }

    /// <param name="Replaces">The ended replica whose place it fills; null for a new place.</param>
    public sealed record Start(ReplicaSpec Replica, ReplicaId? Replaces = null) : EngineAction;

    /// <summary>The gateway sends it nothing new; it goes on with what it has.</summary>
    public sealed record Drain(ReplicaId Replica, string Reason) : EngineAction;

    /// <summary>SIGTERM, then SIGKILL when <paramref name="Grace"/> has passed.</summary>
    public sealed record Stop(ReplicaId Replica, TimeSpan Grace, string Reason) : EngineAction;

    /// <summary>Forgets a replica that has ended.</summary>
    public sealed record Remove(ReplicaId Replica) : EngineAction;
}
