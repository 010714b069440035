using Fairlead.Gateway.Forwarding;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Abstractions;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace Fairlead.Gateway.Administration;

/// <summary>
/// One Kestrel server with one handler. Bare, without a host: the gateway starts in the time that the sockets take, and
/// the admin socket has limits of its own, so that clients that use up the public ones cannot lock the controller out.
/// </summary>
internal sealed partial class Listener(Func<HttpContext, Task> handle, ILogger<Listener> logger) : IHttpApplication<HttpContext>, IDisposable
{
    private KestrelServer? _server;

    /// <exception cref="IOException">The address cannot be bound.</exception>
    public Task StartAsync(Action<KestrelServerOptions> configure, IConnectionListenerFactory transport, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        var options = new KestrelServerOptions();
        configure(options);
        _server = new KestrelServer(Options.Create(options), transport, loggers);
        return _server.StartAsync(this, cancellationToken);
    }

    /// <summary>Accepts no more, lets requests in flight end, and cuts what is left when the token is cancelled.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => _server?.StopAsync(cancellationToken) ?? Task.CompletedTask;

    public void Dispose() => _server?.Dispose();

    /// <summary>A connection's requests come one after the other: they share one object.</summary>
    HttpContext IHttpApplication<HttpContext>.CreateContext(IFeatureCollection contextFeatures)
    {
        if (contextFeatures is not IHostContextContainer<HttpContext> connection) return new DefaultHttpContext(contextFeatures);
        if (connection.HostContext is not DefaultHttpContext context) return connection.HostContext = new DefaultHttpContext(contextFeatures);
        context.Initialize(contextFeatures);
        return context;
    }

    async Task IHttpApplication<HttpContext>.ProcessRequestAsync(HttpContext context)
    {
        try
        {
            await handle(context);
        }
        catch (Microsoft.AspNetCore.Http.BadHttpRequestException e)
        {
            if (!context.Response.HasStarted) await OwnAnswer.ErrorAsync(context, e.StatusCode, e.Message, context.RequestAborted);
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client left: nobody is there to be told.
        }
        catch (Exception e)
        {
            LogFailed(e, context.Request.Method, context.Request.Path);
            if (context.Response.HasStarted) context.Abort();
            else await OwnAnswer.ErrorAsync(context, 500, "The gateway failed; its log says why.", context.RequestAborted);
        }
    }

    void IHttpApplication<HttpContext>.DisposeContext(HttpContext context, Exception? exception) => ((DefaultHttpContext)context).Uninitialize();

    [LoggerMessage(4030, LogLevel.Error, "{Method} {Path} failed within the gateway.")]
    private partial void LogFailed(Exception exception, string method, string path);
}
