using Fairlead.Control;
using Fairlead.Control.Autoscaling;
using Fairlead.Control.Deploying;
using Fairlead.Control.Events;
using Fairlead.Control.Readiness;
using Fairlead.Control.Reconciling;
using Fairlead.Control.Store;
using Fairlead.Core.Engines;
using Fairlead.Core.Homes;
using Fairlead.Core.Manifests;
using Fairlead.Core.Results;
using Fairlead.Daemon.Api;
using Fairlead.Daemon.Gateways;
using Fairlead.Daemon.Homes;
using Fairlead.Daemon.Traffic;
using Fairlead.Engines.Docker;
using Fairlead.Engines.Process;
using Microsoft.Extensions.Logging;

namespace Fairlead.Daemon;

/// <summary>The composition root: one controller on one home, from its lock to its last file.</summary>
internal sealed partial class ControllerHost : IAsyncDisposable
{
    private readonly ControllerOptions _options;
    private readonly RunFolder _folder;
    private readonly StateStore _store;
    private readonly Clock _clock;
    private readonly ProcessEngine _engine;
    private readonly DockerEngine? _docker;
    private readonly IReadOnlyDictionary<string, IEngine> _engines;
    private readonly HttpReplicaProbe _probe = new();
    private readonly GatewayLinks _links = new();
    private readonly GatewayHost _gateway;
    private readonly Reconciler _reconciler;
    private readonly TrafficMeter _traffic;
    private readonly ReplicaMetrics _metrics = new(ReplicaMetrics.DefaultDeadline);
    private readonly Autoscaler _autoscaler;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopping = new();
    private ApiServer? _api;
    private volatile bool _shutDown;

    private ControllerHost(ControllerOptions options, RunFolder folder, StateStore store, ILoggerFactory loggers)
    {
        (_options, _folder, _store, _clock) = (options, folder, store, new Clock(options.Time));
        _logger = loggers.CreateLogger("Fairlead.Controller");
        _engine = new ProcessEngine(new ProcessEngineOptions { Home = options.Home, ServerProgram = options.ModelServer, Time = options.Time }, loggers.CreateLogger<ProcessEngine>());
        _docker = options.Images is { } images ? new DockerEngine(new DockerEngineOptions { Home = options.Home, Images = images, Time = options.Time }, loggers.CreateLogger<DockerEngine>()) : null;
        _engines = new IEngine?[] { _engine, _docker }.OfType<IEngine>().ToDictionary(e => e.Name, StringComparer.Ordinal);
        _traffic = new TrafficMeter(_links.ReadMetricsAsync, _clock);
        _reconciler = new Reconciler(new ControlParts(store, _engines, _probe, _links, _clock, _logger) { Answered = (name, revision) => _traffic.Of(name.Value, revision) });
        _gateway = new GatewayHost(options, _links, () => _reconciler.View.Gateway, _clock, new GatewayVoice(Tell, OnGatewayChanged), _logger);
        _autoscaler = new Autoscaler(new ScalingParts(store, () => _reconciler.View, _links.ReadMetricsAsync, _metrics.ReadAsync, _clock, _reconciler.Wake), _logger);
    }

    public string Api => _api!.Address;

    public string Gateway => _gateway.Address;

    public FairleadHome Home => _options.Home;

    public static async Task<Result<ControllerHost>> StartAsync(ControllerOptions options, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        var address = ApiServer.ParseAddress(options.Api);
        if (!address.IsOk) return Result.Fail<ControllerHost>(address.Problems);
        var taken = RunFolder.Take(options.Home);
        if (!taken.TryGet(out var folder)) return Result.Fail<ControllerHost>(taken.Problems);
        var opened = StateStore.Open(options.Home.StateFile, text => ManifestReader.Parse(text, options.Home.StateFile, null));
        if (!opened.TryGet(out var store))
        {
            folder.Dispose();
            return Result.Fail<ControllerHost>(opened.Problems);
        }

        var host = new ControllerHost(options, folder, store, loggers);
        if (await host._gateway.TakeUpAsync(cancellationToken) is { } noGateway)
        {
            await host.DisposeAsync();
            return noGateway;
        }

        var listening = await ApiServer.StartAsync(address.Value, host.Context(), loggers, cancellationToken);
        if (!listening.TryGet(out host._api))
        {
            await host.DisposeAsync();
            return Result.Fail<ControllerHost>(listening.Problems);
        }

        folder.Write(new ControllerRecord(Environment.ProcessId, ControllerRecord.OwnStartTime(), host.Api, options.Gateway, options.StartedBy));
        host.Tell(EventKind.ControllerStarted, $"The controller (process {Environment.ProcessId}) started on {host.Api}.", Severity.Information);
        return host;
    }

    /// <returns>True when the gateway was ended too.</returns>
    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        await using var _ = cancellationToken.Register(_stopping.Cancel);
        var token = _stopping.Token;
        try
        {
            await Task.WhenAll(_gateway.RunAsync(token), _reconciler.RunAsync(token), _traffic.RunAsync(token), _autoscaler.RunAsync(token));
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested)
        {
            // A turn that was cut short has ended like the others; the gateway must still be ended below.
        }

        Tell(EventKind.ControllerStopped, _shutDown ? "The controller and its gateway end." : "The controller ends; the gateway and the replicas go on.", Severity.Information);
        if (_shutDown) await _gateway.EndAsync();
        return _shutDown;
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        if (_api is not null) await _api.DisposeAsync();
        await _engine.DisposeAsync();
        _docker?.Dispose();
        _gateway.Dispose();
        _links.Dispose();
        _probe.Dispose();
        _metrics.Dispose();
        _store.Dispose();
        _folder.Dispose();
        _stopping.Dispose();
    }

    private ApiContext Context() => new()
    {
        Options = _options,
        Store = _store,
        Deployer = new Deployer(_store, _engines, _options.Home, _clock, _reconciler.Wake),
        Engines = _engines,
        View = () => _reconciler.View,
        Gateway = () => new GatewayFacts(_gateway.Address, _gateway.Pid, _gateway.Problem?.Message),
        ReplaceGateway = _gateway.ReplaceAsync,
        Traffic = _traffic.Of,
        Scaling = _autoscaler.Of,
        Clock = _clock,
        Token = _folder.Token,
        StartedAt = _clock.Utc,
        ShutDown = ShutDown,
        Stopping = _stopping.Token,
    };

    private void ShutDown()
    {
        _shutDown = true;
        // After the answer has gone out.
        _stopping.CancelAfter(TimeSpan.FromMilliseconds(50));
    }

    private void OnGatewayChanged()
    {
        _reconciler.NudgeGateway();
        _reconciler.Wake();
    }

    // An event that cannot be written must not stop what it tells of.
    private void Tell(string kind, string message, Severity severity)
    {
        LogEvent(_logger, severity switch { Severity.Error => LogLevel.Error, Severity.Warning => LogLevel.Warning, _ => LogLevel.Information }, message);
        try
        {
            _store.Change(new StateChange { Events = [EventEntry.Of(_clock.Utc, kind, message, severity: severity)] });
        }
        catch (StateException failure)
        {
            LogUntold(_logger, failure, kind);
        }
    }

    [LoggerMessage(EventId = 5520, Message = "{Message}")]
    private static partial void LogEvent(ILogger logger, LogLevel level, string message);

    [LoggerMessage(5521, LogLevel.Error, "The event {Kind} could not be written.")]
    private static partial void LogUntold(ILogger logger, Exception failure, string kind);
}
