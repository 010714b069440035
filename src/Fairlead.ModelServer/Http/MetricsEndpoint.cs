using Fairlead.ModelServer.Hosting;
using Fairlead.ModelServer.Running;
using Fairlead.Telemetry.Metrics;
using Fairlead.Telemetry.Prometheus;
using Microsoft.AspNetCore.Http;

namespace Fairlead.ModelServer.Http;

/// <summary><c>/metrics</c>, on its own address.</summary>
internal sealed class MetricsEndpoint(MetricRegistry registry)
{
    public async Task HandleAsync(HttpContext context)
    {
        if (context.Request.Path != "/metrics")
        {
            await JsonAnswer.ErrorAsync(context, StatusCodes.Status404NotFound, $"There is nothing at {context.Request.Path} here; metrics are at /metrics.");
            return;
        }

        if (!HttpMethods.IsGet(context.Request.Method))
        {
            await JsonAnswer.NotAllowedAsync(context, "GET");
            return;
        }

        await PollingThread.LeaveAsync();
        using var buffer = new PooledBuffer();
        PrometheusWriter.Write(registry, buffer);
        context.Response.ContentType = PrometheusWriter.ContentType;
        context.Response.ContentLength = buffer.Length;
        await context.Response.BodyWriter.WriteAsync(buffer.Written, context.RequestAborted);
    }
}
