using Fairlead.Core.Routing;

namespace Fairlead.Control.Routes;

/// <summary>A gateway's admin socket. A process edge: every call may fail at any time, and then gives null.</summary>
public interface IGatewayLink
{
    /// <summary>
    /// The gateways beside it that know routes: one that is about to take over, and those that it has taken over from, as long as
    /// they live. A replica is not idle before all of them say so.
    /// </summary>
    IReadOnlyList<IGatewayLink> Others => [];

    Task<GatewayState?> ReadStateAsync(CancellationToken cancellationToken);

    /// <summary>Returns when a deployment's first request has begun to wait since <paramref name="after"/>, or after <see cref="GatewayWaiting.Longest"/>.</summary>
    Task<GatewayWaiting?> WaitAsync(long after, CancellationToken cancellationToken);

    /// <summary>Gives it all routes at once; null when it did not take them.</summary>
    Task<GatewayState?> PushAsync(RouteSnapshot snapshot, CancellationToken cancellationToken);
}
