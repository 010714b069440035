using System.Net.Sockets;
using Fairlead.Core.Results;
using Fairlead.Gateway.Administration;
using Fairlead.Gateway.Forwarding;
using Fairlead.Gateway.Health;
using Fairlead.Gateway.Limits;
using Fairlead.Gateway.Metrics;
using Fairlead.Gateway.Retries;
using Fairlead.Gateway.Routing;
using Fairlead.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Options;

namespace Fairlead.Gateway;

/// <summary>
/// A running gateway. Start: run folder, stored routes, public listener, admin socket, record. Stop in reverse: record
/// away, public listener drained, checks ended, admin socket last, so that the controller can watch the drain.
/// </summary>
internal sealed partial class GatewayHost : IAsyncDisposable
{
    private readonly GatewayOptions _options;
    private readonly ILoggerFactory _loggers;
    private readonly ILogger _logger;
    private readonly RunFolder _folder;
    private readonly CancellationTokenSource _stopping = new();
    private readonly PollingTransport _transport = new(Environment.ProcessorCount);
    private readonly CheckClient _checks;
    private readonly RouteBook _book;
    private readonly HealthWatch _watch;
    private readonly Listener _public;
    private readonly Listener _admin;

    private GatewayHost(GatewayOptions options, ILoggerFactory loggers, TimeProvider time)
    {
        (_options, _loggers, _logger) = (options, loggers, loggers.CreateLogger<GatewayHost>());
        _folder = new RunFolder(options.Home);
        var metrics = new GatewayMetrics();
        _checks = new CheckClient(options.Health.CheckTimeout, time);
        var ejection = new Ejection(options.Health, loggers.CreateLogger<Ejection>());
        _watch = new HealthWatch(new ActiveCheck(_checks, options.Health, time), ejection, options.Health, time, loggers.CreateLogger<HealthWatch>());
        _book = new RouteBook(new RouteFile(options.Home.GatewayRoutes), metrics, options.Retries, _watch.Watch, time, loggers.CreateLogger<RouteBook>());
        metrics.Registry.OnCollect(_book.ReadGauges);
        var services = new ForwardingServices(_book, new AttemptSender(options.ConnectTimeout, ejection), new AnswerRelay(options.Limits.AnswerStallTimeout), ejection, options.Retries, new ReplayMemory(options.Retries), time);
        _public = new Listener(new PublicEndpoints(_book, new Forwarder(services, metrics), _stopping.Token).HandleAsync, loggers.CreateLogger<Listener>());
        _admin = new Listener(new AdminEndpoints(_book, metrics).HandleAsync, loggers.CreateLogger<Listener>());
    }

    /// <summary>The public address as bound.</summary>
    public string Address => _public.Address;

    public static async Task<Result<GatewayHost>> StartAsync(GatewayOptions options, ILoggerFactory loggers, TimeProvider time, CancellationToken cancellationToken)
    {
        var problems = options.Check();
        if (problems.Count > 0) return Result.Fail<GatewayHost>(problems);
        var host = new GatewayHost(options, loggers, time);
        var started = await host.StartAsync(cancellationToken);
        if (started.IsOk) return host;
        await host.DisposeAsync();
        return Result.Fail<GatewayHost>(started.Problems);
    }

    public async Task StopAsync()
    {
        LogStopping(_options.DrainTimeout.TotalSeconds);
        await _stopping.CancelAsync();
        using (var drain = new CancellationTokenSource(_options.DrainTimeout)) await _public.StopAsync(drain.Token);
        await _watch.StopAsync();
        using (var soon = new CancellationTokenSource(TimeSpan.FromSeconds(1))) await _admin.StopAsync(soon.Token);
        _folder.CleanUp();
        LogStopped();
    }

    public async ValueTask DisposeAsync()
    {
        _public.Dispose();
        _admin.Dispose();
        await _watch.DisposeAsync();
        _checks.Dispose();
        _book.Dispose();
        _transport.Dispose();
        _stopping.Dispose();
    }

    private async Task<Result<Done>> StartAsync(CancellationToken cancellationToken)
    {
        var prepared = await _folder.PrepareAsync(cancellationToken);
        if (!prepared.IsOk) return prepared;
        _book.Restore();
        var bound = await BindPublicAsync(cancellationToken);
        if (!bound.IsOk) return bound;
        try
        {
            await _admin.StartAsync(SetUpAdmin, new SocketTransportFactory(Options.Create(new SocketTransportOptions()), _loggers), _loggers, cancellationToken);
            await _folder.WriteRecordAsync(Address, cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SocketException)
        {
            return GatewayProblems.RunFolderNotWritable(_options.Home.Run, e.Message);
        }

        LogStarted(Address, _book.Current.Snapshot.Version);
        return Result.Done;
    }

    private async Task<Result<Done>> BindPublicAsync(CancellationToken cancellationToken)
    {
        GatewayOptions.TryReadAddress(_options.Address, out var endPoint);
        try
        {
            await _public.StartAsync(kestrel =>
            {
                KestrelSetup.Apply(_options.Limits, kestrel);
                kestrel.Listen(endPoint, listen => listen.Protocols = HttpProtocols.Http1);
            }, _transport, _loggers, cancellationToken);
            return Result.Done;
        }
        catch (IOException e) when (e.InnerException is AddressInUseException)
        {
            return GatewayProblems.AddressInUse(_options.Address);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            return GatewayProblems.AddressRefused(_options.Address, e.Message);
        }
    }

    private void SetUpAdmin(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = AdminEndpoints.MaxRoutesBytes;
        kestrel.Limits.MinRequestBodyDataRate = null;
        kestrel.Limits.MinResponseDataRate = null;
        kestrel.ListenUnixSocket(_options.Home.GatewaySocket, listen => listen.Protocols = HttpProtocols.Http1);
    }

    [LoggerMessage(4000, LogLevel.Information, "The gateway listens on {Address} with routes of version {Version}.")]
    private partial void LogStarted(string address, long version);

    [LoggerMessage(4001, LogLevel.Information, "The gateway takes no new connections; requests in flight may go on for {Seconds} s.")]
    private partial void LogStopping(double seconds);

    [LoggerMessage(4002, LogLevel.Information, "The gateway has stopped.")]
    private partial void LogStopped();
}
