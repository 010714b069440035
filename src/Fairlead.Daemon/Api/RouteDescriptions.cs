using Fairlead.Api.Wire;

namespace Fairlead.Daemon.Api;

internal static class RouteDescriptions
{
    /// <summary>Says which statuses come with a <see cref="ProblemReport"/>.</summary>
    public static RouteHandlerBuilder Refuses(this RouteHandlerBuilder route, params ReadOnlySpan<int> statuses)
    {
        foreach (var status in statuses) route.Produces<ProblemReport>(status);
        return route;
    }
}
