using Fairlead.ModelServer.Grpc;
using Fairlead.ModelServer.Http;
using Fairlead.ModelServer.Protocol;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Abstractions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Fairlead.ModelServer.Hosting;

/// <summary>What Kestrel calls for each request, without a middleware pipeline between: one context object per connection, used again.</summary>
internal sealed partial class ServerApplication(ServerRoutes routes, GrpcRoutes grpc, MetricsEndpoint metrics, ILogger log) : IHttpApplication<DefaultHttpContext>
{
    public DefaultHttpContext CreateContext(IFeatureCollection contextFeatures)
    {
        if (contextFeatures is not IHostContextContainer<DefaultHttpContext> container) return new DefaultHttpContext(contextFeatures);
        if (container.HostContext is not { } context) return container.HostContext = new DefaultHttpContext(contextFeatures);
        context.Initialize(contextFeatures);
        return context;
    }

    public async Task ProcessRequestAsync(DefaultHttpContext context)
    {
        try
        {
            await HandleAsync(context);
        }
        catch (RequestRefusedException e)
        {
            await JsonAnswer.ErrorAsync(context, e.Status, e.Message);
        }
        catch (OperationCanceledException)
        {
            // The client has left; there is no one to tell.
        }
        catch (Exception e)
        {
            var request = RequestIdentity.Of(context);
            LogFailed(e, context.Request.Path.Value, request.RequestId, request.TraceId, request.SpanId);
            if (!context.Response.HasStarted) await JsonAnswer.ErrorAsync(context, StatusCodes.Status500InternalServerError, "The server failed; its log says why.");
            else context.Abort();
        }
    }

    private Task HandleAsync(HttpContext context)
    {
        // HTTP/2 is listened for on gRPC's address alone.
        if (HttpProtocol.IsHttp2(context.Request.Protocol)) return grpc.HandleAsync(context);
        return context.Features.Get<MetricsListener>() is null ? routes.HandleAsync(context) : metrics.HandleAsync(context);
    }

    public void DisposeContext(DefaultHttpContext context, Exception? exception) => context.Uninitialize();

    [LoggerMessage(2232, LogLevel.Error, "Answering {Path} failed.")]
    private partial void LogFailed(Exception exception, string? path, string requestId, string? traceId, string? spanId);
}
