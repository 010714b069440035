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
internal sealed partial class ServerApplication(ServerRoutes routes, GrpcRoutes grpc, MetricsEndpoint metrics, ILogger log) : IHttpApplication<ServedConnection>
{
    public ServedConnection CreateContext(IFeatureCollection contextFeatures)
    {
        if (contextFeatures is not IHostContextContainer<ServedConnection> container) return new ServedConnection(contextFeatures);
        if (container.HostContext is not { } connection) return container.HostContext = new ServedConnection(contextFeatures);
        connection.Http.Initialize(contextFeatures);
        return connection;
    }

    public async Task ProcessRequestAsync(ServedConnection context)
    {
        var http = context.Http;
        try
        {
            await (context.Protocol switch
            {
                ServedProtocol.Grpc => grpc.HandleAsync(http),
                ServedProtocol.Metrics => metrics.HandleAsync(http),
                _ => routes.HandleAsync(http),
            });
        }
        catch (RequestRefusedException e)
        {
            await JsonAnswer.ErrorAsync(http, e.Status, e.Message);
        }
        catch (OperationCanceledException)
        {
            // The client has left; there is no one to tell.
        }
        catch (Exception e)
        {
            var request = RequestIdentity.Of(http);
            LogFailed(e, http.Request.Path.Value, request.RequestId, request.TraceId, request.SpanId);
            if (!http.Response.HasStarted) await JsonAnswer.ErrorAsync(http, StatusCodes.Status500InternalServerError, "The server failed; its log says why.");
            else http.Abort();
        }
    }

    public void DisposeContext(ServedConnection context, Exception? exception) => context.Http.Uninitialize();

    [LoggerMessage(2232, LogLevel.Error, "Answering {Path} failed.")]
    private partial void LogFailed(Exception exception, string? path, string requestId, string? traceId, string? spanId);
}
