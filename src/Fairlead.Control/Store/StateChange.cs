using Fairlead.Control.Events;
using Fairlead.Control.Fleet;
using Fairlead.Control.Restarts;
using Fairlead.Core.Identity;

namespace Fairlead.Control.Store;

/// <summary>What one transaction writes: all of it or nothing.</summary>
public sealed record StateChange
{
    /// <summary>The deployment as it is from now on.</summary>
    public DeploymentRecord? Deployment { get; init; }

    /// <summary>The deployment that is forgotten; its events stay.</summary>
    public DeploymentName? Removed { get; init; }

    public IReadOnlyList<EventEntry> Events { get; init; } = [];

    public IReadOnlyList<RestartRecord> Restarts { get; init; } = [];

    /// <summary>Replicas whose restart history is of no more use.</summary>
    public IReadOnlyList<ReplicaId> ForgottenRestarts { get; init; } = [];

    public bool IsEmpty => Deployment is null && Removed is null && Events.Count == 0 && Restarts.Count == 0 && ForgottenRestarts.Count == 0;
}
