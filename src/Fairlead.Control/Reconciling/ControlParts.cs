using Fairlead.Control.Readiness;
using Fairlead.Control.Routes;
using Fairlead.Control.Store;
using Fairlead.Core.Engines;
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
}
