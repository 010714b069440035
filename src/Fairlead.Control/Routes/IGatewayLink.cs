using Fairlead.Core.Routing;

namespace Fairlead.Control.Routes;

/// <summary>The gateway's admin socket. A process edge: every call may fail at any time, and then gives null.</summary>
public interface IGatewayLink
{
    Task<GatewayState?> ReadStateAsync(CancellationToken cancellationToken);

    /// <summary>Gives it all routes at once; null when it did not take them.</summary>
    Task<GatewayState?> PushAsync(RouteSnapshot snapshot, CancellationToken cancellationToken);
}
