using System.Net;
using Fairlead.Core.Results;
using Fairlead.ModelServer.Grpc;
using Fairlead.ModelServer.Http;
using Fairlead.ModelServer.Loading;
using Fairlead.ModelServer.Metrics;
using Fairlead.ModelServer.Running;
using Fairlead.ModelServer.Sampling;
using Fairlead.ModelServer.Settings;
using Fairlead.ModelServer.Tracing;
using Fairlead.ModelServer.Watching;
using Fairlead.Onnx;
using Fairlead.Sockets;
using Fairlead.Telemetry.Metrics;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Fairlead.ModelServer.Hosting;

/// <summary>
/// The whole server: listens first (so that it can be asked why it is not ready), loads the model beside that, serves, drains.
/// Kestrel is used bare: a host with configuration files, watchers and a container is start-up time and memory for nothing.
/// </summary>
internal sealed partial class ModelServerHost : IAsyncDisposable
{
    private readonly ServerOptions _options;
    private readonly PollingTransport _transport;
    private readonly KestrelServer _kestrel;
    private readonly ServerApplication _application;
    private readonly ModelLoader _loader;
    private readonly RunQueue _runs;
    private readonly InFlight _inFlight;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly OtlpExport? _traces;
    private readonly SampleRecorder? _samples;
    private readonly CancellationTokenSource _loading = new();
    private ListenOptions? _http;
    private ListenOptions? _grpc;
    private ListenOptions? _metrics;
    private Task _load = Task.CompletedTask;

    public ModelServerHost(ServerOptions options, ILoggerFactory logs, TimeProvider time)
    {
        (_options, _time, _log) = (options, time, logs.CreateLogger("Fairlead.ModelServer"));
        var processors = Processors.Find(options);

        // Runs take their thread with them: probes must find one besides.
        ThreadPool.GetMinThreads(out var workers, out var ports);
        ThreadPool.SetMinThreads(Math.Max(workers, Environment.ProcessorCount + processors.Threads), ports);

        var metrics = new ServerMetrics(new MetricRegistry());
        _runs = new RunQueue(processors.ConcurrentRuns, options.Queue, new RunTimes(), metrics, time);
        _inFlight = new InFlight(metrics.InFlight);
        _loader = new ModelLoader(options, processors, Readiness, metrics, time, _log);
        var deadlines = new RequestDeadlines(time);
        _traces = options.Otlp is { Traces: null, Metrics: null } ? null : new OtlpExport(options, metrics.Registry, time, _log);
        _samples = options.Samples.File is null ? null : new SampleRecorder(options.Samples, metrics.Registry, time, _log);
        var watcher = _traces is null && _samples is null ? null : new RequestWatcher(_traces, _samples, time);
        Infer = new InferEndpoint(_runs, _inFlight, metrics, watcher, deadlines, _log);
        var models = new ModelEndpoints(options, Readiness, processors, deadlines);
        var routes = new ServerRoutes(Readiness, options, Infer, models, new HealthEndpoints(Readiness));
        var grpc = new GrpcRoutes(options, Readiness, Infer, new InferenceService(Readiness, models), new HealthService(Readiness, _loading.Token), time, _log);
        _application = new ServerApplication(routes, grpc, new MetricsEndpoint(metrics.Registry), _log);

        // A loop that polls takes the processor from a run: worth it for runs of microseconds, a loss beside longer ones.
        _transport = new PollingTransport(Math.Min(processors.Threads, Environment.ProcessorCount), () => _runs.Long);
        _kestrel = new KestrelServer(Options.Create(KestrelOptions()), _transport, logs);
    }

    public Readiness Readiness { get; } = new();

    /// <summary>Where requests are served; the port is the real one once started.</summary>
    public IPEndPoint Http => _http!.IPEndPoint!;

    public IPEndPoint Grpc => _grpc!.IPEndPoint!;

    public RunQueue Runs => _runs;

    public InferEndpoint Infer { get; }

    public IPEndPoint Metrics => _metrics!.IPEndPoint!;

    /// <summary>Listens and begins to load; returns when it listens.</summary>
    public async Task<Result<Done>> StartAsync(CancellationToken cancellationToken)
    {
        var library = Task.Run(LoadLibrary, CancellationToken.None);
        try
        {
            await _kestrel.StartAsync(_application, cancellationToken);
        }
        catch (Exception e) when (e is IOException or System.Net.Sockets.SocketException)
        {
            return ServerProblems.CannotListen(_options.Http.ToString(), _options.Grpc.ToString(), _options.Metrics.ToString(), e.Message);
        }

        LogListening(Http.ToString(), Grpc.ToString(), Metrics.ToString(), _options.ModelFolder, _options.Replica);
        _load = Task.Run(
            async () =>
            {
                await library;
                _loader.Load(_loading.Token);
            },
            CancellationToken.None);
        return Result.Done;
    }

    /// <summary>ONNX Runtime's library is 45 MB to map and relocate: done beside Kestrel's start. A library that is missing is reported by the loader.</summary>
    private static void LoadLibrary()
    {
        try
        {
            _ = OnnxRuntime.Version;
        }
        catch (OnnxException)
        {
        }
    }

    /// <summary>Says that it is not ready, serves what still comes until nothing does or the time is up, then closes.</summary>
    public async Task DrainAsync()
    {
        Readiness.Drain();
        LogDraining(_inFlight.Count, _options.Drain.TotalSeconds);
        var drained = await new Drain(_inFlight, _time).WaitAsync(_options.Drain);
        if (!drained) LogDrainEnded(_inFlight.Count, _options.Drain.TotalSeconds);
        await _loading.CancelAsync();

        // What is still in flight now is cut off: its token is cancelled, and the run with it.
        using var now = new CancellationTokenSource(drained ? TimeSpan.FromSeconds(1) : TimeSpan.Zero, _time);
        await _kestrel.StopAsync(now.Token);
        LogStopped();
    }

    public async ValueTask DisposeAsync()
    {
        await _loading.CancelAsync();
        await _load;
        _kestrel.Dispose();
        _transport.Dispose();
        if (_samples is not null) await _samples.DisposeAsync();
        if (_traces is not null) await _traces.DisposeAsync();
        if (Readiness.Model is ModelState.Ready ready) ready.Model.Dispose();
        _runs.Dispose();
        _loading.Dispose();
    }

    private KestrelServerOptions KestrelOptions()
    {
        var kestrel = new KestrelServerOptions { AddServerHeader = false };
        ConnectionLimits.Set(kestrel.Limits, _options);
        kestrel.Listen(_options.Http, listen => (_http = listen).Protocols = HttpProtocols.Http1);
        kestrel.Listen(_options.Grpc, listen => (_grpc = listen).Protocols = HttpProtocols.Http2);
        kestrel.Listen(_options.Metrics, listen =>
        {
            (_metrics = listen).Protocols = HttpProtocols.Http1;
            MetricsListener.Mark(listen);
        });
        return kestrel;
    }

    [LoggerMessage(2200, LogLevel.Information, "Listening on {Http}, gRPC on {Grpc}, metrics on {Metrics}; loading the model in {ModelFolder}.")]
    private partial void LogListening(string http, string grpc, string metrics, string modelFolder, string? replica);

    [LoggerMessage(2201, LogLevel.Information, "Draining: {InFlight} requests in flight, at most {Seconds} s.")]
    private partial void LogDraining(int inFlight, double seconds);

    [LoggerMessage(2202, LogLevel.Warning, "The time to drain, {Seconds} s, has passed with {InFlight} requests in flight; they are cut off.")]
    private partial void LogDrainEnded(int inFlight, double seconds);

    [LoggerMessage(2203, LogLevel.Information, "Stopped.")]
    private partial void LogStopped();
}
