using System.Net.Sockets;
using Fairlead.Core.Results;
using Fairlead.Core.Routing;
using Fairlead.Gateway.Administration;
using Fairlead.Gateway.Forwarding;
using Fairlead.Gateway.HandOver;
using Fairlead.Gateway.Health;
using Fairlead.Gateway.Holding;
using Fairlead.Gateway.Limits;
using Fairlead.Gateway.Metrics;
using Fairlead.Gateway.Retries;
using Fairlead.Gateway.Routing;
using Fairlead.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Options;

namespace Fairlead.Gateway;

/// <summary>
/// A running gateway. Start: run folder, stored routes, listening socket, admin socket; then, in standby when told to, it takes
/// connections and says so in the record. Stop in reverse: public listener drained, checks ended, admin socket last, so that
/// the controller can watch the drain, and the files that are its own.
/// </summary>
internal sealed partial class GatewayHost : IAsyncDisposable
{
    /// <summary>The controller reads the state each second; then it has counted the last requests.</summary>
    private static readonly TimeSpan LastRead = TimeSpan.FromSeconds(3);

    private readonly GatewayOptions _options;
    private readonly ILoggerFactory _loggers;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly RunFolder _folder;
    private readonly CancellationTokenSource _stopping = new();
    private readonly PollingTransport _transport = new(Environment.ProcessorCount);
    private readonly CheckClient _checks;
    private readonly RouteBook _book;
    private readonly HealthWatch _watch;
    private readonly Listener _public;
    private readonly Listener _admin;
    private readonly GatewayLife _life;
    private ListeningSocket? _socket;
    private ListenerServer? _giving;

    private GatewayHost(GatewayOptions options, ILoggerFactory loggers, TimeProvider time)
    {
        (_options, _loggers, _time, _logger) = (options, loggers, time, loggers.CreateLogger<GatewayHost>());
        _folder = new RunFolder(options.Home);
        _life = new GatewayLife { Begin = BeginAsync };
        var metrics = new GatewayMetrics();
        _checks = new CheckClient(options.Health.CheckTimeout, time);
        var ejection = new Ejection(options.Health, loggers.CreateLogger<Ejection>());
        _watch = new HealthWatch(new ActiveCheck(_checks, options.Health, time), ejection, options.Health, time, loggers.CreateLogger<HealthWatch>());
        var room = new HoldRoom(options.Holding);
        _book = new RouteBook(new RouteFile(options.Home.GatewayRoutes, () => _life.Phase == GatewayPhase.Serving), metrics, options.Retries, room, _watch.Watch, time, loggers.CreateLogger<RouteBook>());
        metrics.Registry.OnCollect(_book.ReadGauges);
        var services = new ForwardingServices(_book, new AttemptSender(options.ConnectTimeout, ejection), new AnswerRelay(options.Limits.AnswerStallTimeout), ejection, options.Retries, new ReplayMemory(options.Retries), time);
        _public = new Listener(new PublicEndpoints(_book, new Forwarder(services, metrics), _life, _stopping.Token).HandleAsync, loggers.CreateLogger<Listener>());
        _admin = new Listener(new AdminEndpoints(_book, metrics, _life, new HeldEndpoint(_book, room, time, _stopping.Token)).HandleAsync, loggers.CreateLogger<Listener>());
    }

    /// <summary>The public address as bound.</summary>
    public string Address => _socket!.Address.ToString();

    /// <summary>Ends when it has handed over: told to retire, and its connections are closed or have been idle for <see cref="GatewayOptions.Linger"/>.</summary>
    public async Task HandedOverAsync()
    {
        await _life.Retired;
        LogRetiring(_options.Linger.TotalSeconds);
        using var linger = new CancellationTokenSource(_options.Linger, _time);
        await _public.LingerAsync(linger.Token);
    }

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
        var drainTimeout = _life.HandsOver ? LongestRequest() : _options.DrainTimeout;
        LogStopping(drainTimeout.TotalSeconds);
        await _stopping.CancelAsync();
        // Clients are refused from now on, unless another process holds the socket for the next gateway.
        await _public.CloseAsync();
        _socket!.Dispose();
        using (var drain = new CancellationTokenSource(drainTimeout)) await _public.StopAsync(drain.Token);
        await _watch.StopAsync();
        if (_life.HandsOver) await _life.LastReadAsync(LastRead, _time);
        await StopGivingAsync();
        using (var soon = new CancellationTokenSource(TimeSpan.FromSeconds(1))) await _admin.StopAsync(soon.Token);
        _folder.CleanUp();
        LogStopped();
    }

    public async ValueTask DisposeAsync()
    {
        await StopGivingAsync();
        _socket?.Dispose();
        _public.Dispose();
        _admin.Dispose();
        await _watch.DisposeAsync();
        _checks.Dispose();
        _book.Dispose();
        _life.Dispose();
        _transport.Dispose();
        _stopping.Dispose();
    }

    private async Task<Result<Done>> StartAsync(CancellationToken cancellationToken)
    {
        var prepared = await _folder.PrepareAsync(alone: _options.ListeningDescriptor is null, cancellationToken);
        if (!prepared.IsOk) return prepared;
        _book.Restore();
        var listening = Listen();
        if (!listening.TryGet(out _socket)) return Result.Fail<Done>(listening.Problems);
        try
        {
            await _admin.StartAsync(SetUpAdmin, Sockets(), _loggers, cancellationToken);
            _giving = new ListenerServer(_socket);
            _giving.Start(_folder.ListenerSocket);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SocketException)
        {
            return GatewayProblems.RunFolderNotWritable(_options.Home.Run, e.Message);
        }

        return _options.Standby ? Result.Done : await _life.AcceptAsync(cancellationToken);
    }

    private Result<ListeningSocket> Listen()
    {
        if (_options.ListeningDescriptor is not { } descriptor) return ListeningSocket.Open(_options.Address);
        return ListeningSocket.Adopt(descriptor) is { } inherited ? inherited : GatewayProblems.DescriptorUnusable(descriptor);
    }

    private async Task<Result<Done>> BeginAsync(CancellationToken cancellationToken)
    {
        await _public.StartAsync(kestrel =>
        {
            KestrelSetup.Apply(_options.Limits, kestrel);
            kestrel.Listen(_socket!.Address, listen => listen.Protocols = HttpProtocols.Http1);
        }, new SharedListenerFactory(_socket!, _transport), _loggers, cancellationToken);
        try
        {
            await _folder.PublishAsync(Address, cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return GatewayProblems.RunFolderNotWritable(_options.Home.Run, e.Message);
        }

        LogStarted(Address, _book.Current.Snapshot.Version);
        return Result.Done;
    }

    private async Task StopGivingAsync()
    {
        if (Interlocked.Exchange(ref _giving, null) is { } giving) await giving.DisposeAsync();
    }

    private SocketTransportFactory Sockets() => new(Options.Create(new SocketTransportOptions()), _loggers);

    // No request outlives its route's timeout; one second for the answer's way out.
    private TimeSpan LongestRequest() =>
        _book.Current.Deployments.Select(d => d.Timeout).Append(_options.DrainTimeout).Max() + TimeSpan.FromSeconds(1);

    private void SetUpAdmin(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = AdminEndpoints.MaxRoutesBytes;
        kestrel.Limits.MinRequestBodyDataRate = null;
        kestrel.Limits.MinResponseDataRate = null;
        kestrel.ListenUnixSocket(_folder.Socket, listen => listen.Protocols = HttpProtocols.Http1);
    }

    [LoggerMessage(4000, LogLevel.Information, "The gateway listens on {Address} with routes of version {Version}.")]
    private partial void LogStarted(string address, long version);

    [LoggerMessage(4001, LogLevel.Information, "The gateway takes no new connections; requests in flight may go on for {Seconds} s.")]
    private partial void LogStopping(double seconds);

    [LoggerMessage(4003, LogLevel.Information, "The gateway hands over: it takes no new connections, closes those it has with their next answer, and idle ones after {Seconds} s.")]
    private partial void LogRetiring(double seconds);

    [LoggerMessage(4002, LogLevel.Information, "The gateway has stopped.")]
    private partial void LogStopped();
}
