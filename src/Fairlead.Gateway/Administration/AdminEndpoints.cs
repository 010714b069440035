using System.Text.Json;
using Fairlead.Core.Routing;
using Fairlead.Gateway.Forwarding;
using Fairlead.Gateway.Metrics;
using Fairlead.Gateway.Routing;
using Fairlead.Telemetry.Prometheus;

namespace Fairlead.Gateway.Administration;

/// <summary>The controller's side, on the unix socket: who may reach it is decided by the run folder's mode.</summary>
internal sealed class AdminEndpoints(RouteBook book, GatewayMetrics metrics)
{
    public const long MaxRoutesBytes = 64L << 20;

    public Task HandleAsync(HttpContext context) => (context.Request.Method, context.Request.Path.Value) switch
    {
        ("PUT", "/routes") => PutRoutesAsync(context),
        ("GET", "/state") => StateAsync(context),
        ("GET", "/metrics") => MetricsAsync(context),
        ("GET", "/livez") => OwnAnswer.EmptyAsync(context, 200),
        (_, "/routes" or "/state" or "/metrics" or "/livez") => OwnAnswer.ErrorAsync(context, 405, $"{context.Request.Method} is not served here.", context.RequestAborted),
        _ => OwnAnswer.ErrorAsync(context, 404, "There are PUT /routes, GET /state, GET /metrics and GET /livez.", context.RequestAborted),
    };

    private async Task PutRoutesAsync(HttpContext context)
    {
        RouteSnapshot? snapshot;
        try
        {
            snapshot = await JsonSerializer.DeserializeAsync(context.Request.Body, RoutingJson.Default.RouteSnapshot, context.RequestAborted);
        }
        catch (JsonException e)
        {
            await OwnAnswer.ErrorAsync(context, 400, GatewayProblems.RoutesInvalid(e.Message).ToString(), context.RequestAborted);
            return;
        }

        if (snapshot is null)
        {
            await OwnAnswer.ErrorAsync(context, 400, GatewayProblems.RoutesInvalid("it is null").ToString(), context.RequestAborted);
            return;
        }

        var applied = await book.ApplyAsync(snapshot, context.RequestAborted);
        if (applied.IsOk) await StateAsync(context);
        else await OwnAnswer.ErrorAsync(context, StatusOf(applied.Problems[0].Code), string.Join('\n', applied.Problems), context.RequestAborted);
    }

    private static int StatusOf(string code) =>
        code == GatewayProblems.RoutesOutdated(0, 0).Code ? 409
        : code == GatewayProblems.RoutesNotStored("", "").Code ? StatusCodes.Status507InsufficientStorage
        : 400;

    private Task StateAsync(HttpContext context) => OwnAnswer.JsonAsync(context, 200, book.Read(), RoutingJson.Default.GatewayState, context.RequestAborted);

    private async Task MetricsAsync(HttpContext context)
    {
        context.Response.ContentType = PrometheusWriter.ContentType;
        PrometheusWriter.Write(metrics.Registry, context.Response.BodyWriter);
        await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
    }
}
