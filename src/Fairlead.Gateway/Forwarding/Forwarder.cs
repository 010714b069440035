using Fairlead.Core.Routing;
using Fairlead.Gateway.Metrics;
using Fairlead.Gateway.Routing;

namespace Fairlead.Gateway.Forwarding;

/// <summary>Finds the deployment that a target names and has the request answered by it.</summary>
internal sealed class Forwarder(ForwardingServices services, GatewayMetrics metrics)
{
    public Task ForwardAsync(HttpContext context, in RequestTarget target)
    {
        var deployment = services.Book.Current.Find(target.Deployment);
        if (Unroutable(deployment, target) is not { } error)
        {
            if (target.IsProbe && deployment!.Holds) return ProbeAsync(context, deployment);
            var exchange = new Exchange(services, context, target, deployment!);
            return target.IsProbe ? UncountedAsync(exchange) : CountedAsync(exchange, deployment!.State);
        }

        if (!target.IsProbe) metrics.NotRouted.Add();
        return OwnAnswer.ErrorAsync(context, StatusCodes.Status404NotFound, error, context.RequestAborted);
    }

    // Asked here alone: who only looks wakes nobody.
    private static Task ProbeAsync(HttpContext context, DeploymentModel deployment) => deployment.TakesRequests
        ? OwnAnswer.EmptyAsync(context, StatusCodes.Status200OK)
        : OwnAnswer.ErrorAsync(context, StatusCodes.Status503ServiceUnavailable, $"'{deployment.Name}' has no replica: {deployment.Hold!.Trouble ?? "its first one is starting"}.", context.RequestAborted);

    private static async Task UncountedAsync(Exchange exchange)
    {
        using (exchange) await exchange.RunAsync();
    }

    private async Task CountedAsync(Exchange exchange, DeploymentState state)
    {
        var started = services.Time.GetTimestamp();
        var code = StatusCodes.Status500InternalServerError;
        state.Begin();
        try
        {
            code = await exchange.RunAsync();
        }
        catch (OperationCanceledException)
        {
            code = GatewayStatus.ClientGone;
            throw;
        }
        finally
        {
            state.End(exchange.Revision, code, services.Time.GetElapsedTime(started));
            exchange.Dispose();
        }
    }

    private static string? Unroutable(DeploymentModel? deployment, in RequestTarget target) => (deployment, target.Kind) switch
    {
        (null, _) => $"There is no deployment '{target.Deployment}'.",
        ({ Kind: RouteKind.Service }, TargetKind.Model) => $"'{target.Deployment}' is a service: it is reached at /services/{target.Deployment}/.",
        ({ Kind: RouteKind.Model }, TargetKind.Service) => $"'{target.Deployment}' is a model: it is reached at /v2/models/{target.Deployment}.",
        _ when target.Version is not null && !deployment.Knows(target.Version) => $"'{target.Deployment}' has no version '{target.Version}'.",
        _ => null,
    };
}
