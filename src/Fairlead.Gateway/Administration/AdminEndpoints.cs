using System.Text.Json;
using Fairlead.Core.Routing;
using Fairlead.Gateway.Forwarding;
using Fairlead.Gateway.HandOver;
using Fairlead.Gateway.Metrics;
using Fairlead.Gateway.Routing;
using Fairlead.Telemetry.Prometheus;

namespace Fairlead.Gateway.Administration;

/// <summary>The controller's side, on the unix socket: who may reach it is decided by the run folder's mode.</summary>
internal sealed class AdminEndpoints(RouteBook book, GatewayMetrics metrics, GatewayLife life, HeldEndpoint held)
{
    public const long MaxRoutesBytes = 64L << 20;

    private readonly long _startTime = RunFolder.StartTime();

    public Task HandleAsync(HttpContext context) => (context.Request.Method, context.Request.Path.Value) switch
    {
        ("PUT", "/routes") => PutRoutesAsync(context),
        ("GET", "/state") => StateAsync(context),
        ("GET", "/metrics") => MetricsAsync(context),
        ("GET", GatewayWaiting.Route) => held.AnswerAsync(context),
        ("POST", HandOverContract.Accept) => AcceptAsync(context),
        ("POST", HandOverContract.Retire) => RetireAsync(context),
        ("GET", "/livez") => OwnAnswer.EmptyAsync(context, 200),
        (_, "/routes" or "/state" or "/metrics" or GatewayWaiting.Route or "/livez" or HandOverContract.Accept or HandOverContract.Retire) => OwnAnswer.ErrorAsync(context, 405, $"{context.Request.Method} is not served here.", context.RequestAborted),
        _ => OwnAnswer.ErrorAsync(context, 404, "There are PUT /routes, GET /state, GET /metrics, GET /held, POST /accept, POST /retire and GET /livez.", context.RequestAborted),
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

    private async Task AcceptAsync(HttpContext context)
    {
        var accepting = await life.AcceptAsync(context.RequestAborted);
        if (accepting.IsOk) await StateAsync(context);
        else await OwnAnswer.ErrorAsync(context, StatusCodes.Status409Conflict, accepting.Problems[0].ToString(), context.RequestAborted);
    }

    private Task RetireAsync(HttpContext context)
    {
        life.Retire();
        return StateAsync(context);
    }

    private async Task StateAsync(HttpContext context)
    {
        var state = book.Read() with { Phase = life.Phase, StartTime = _startTime, Build = GatewayBuild.Name };
        await OwnAnswer.JsonAsync(context, 200, state, RoutingJson.Default.GatewayState, context.RequestAborted);
        life.StateRead();
    }

    private async Task MetricsAsync(HttpContext context)
    {
        context.Response.ContentType = PrometheusWriter.ContentType;
        PrometheusWriter.Write(metrics.Registry, context.Response.BodyWriter);
        await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
    }
}
