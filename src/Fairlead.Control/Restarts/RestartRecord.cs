using Fairlead.Core.Identity;

namespace Fairlead.Control.Restarts;

/// <summary>What is known of the failures in one replica's place.</summary>
/// <param name="Replica">The replica that holds the place now, or held it last.</param>
/// <param name="Restarts">How often the place was filled again.</param>
/// <param name="Failures">Failures running without a stable minute between them.</param>
/// <param name="NotBefore">When the ended replica may be replaced; null while it runs.</param>
public sealed record RestartRecord(ReplicaId Replica, DeploymentName Deployment, int Restarts, int Failures, DateTimeOffset? NotBefore);
