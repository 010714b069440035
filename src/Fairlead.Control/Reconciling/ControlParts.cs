using Fairlead.Control.Readiness;
using Fairlead.Control.Rollouts;
using Fairlead.Control.Routes;
using Fairlead.Control.Store;
using Fairlead.Core.Engines;
using Fairlead.Core.Identity;
using Microsoft.Extensions.Logging;

namespace Fairlead.Control.Reconciling;

/// <summary>What a reconciler works with.</summary>
/// <param name="Engines">By their names.</param>
public sealed record ControlParts(
    StateStore Store,
    IReadOnlyDictionary<string, IEngine> Engines,
    IReplicaProbe Probe,
    IGatewayLink Gateway,
    Clock Clock,
    ILogger Logger)
{
    public Random Random { get; init; } = Random.Shared;

    /// <summary>What the gateway has answered for a revision since it started; null while that is not known.</summary>
    public Func<DeploymentName, int, RevisionTraffic?> Answered { get; init; } = static (_, _) => null;
}
