using System.Threading.Channels;
using Fairlead.ModelServer.Http;
using Fairlead.ModelServer.Settings;
using Fairlead.Telemetry.Metrics;
using Fairlead.Telemetry.Otlp;
using Fairlead.Telemetry.Tracing;
using Microsoft.Extensions.Logging;

namespace Fairlead.ModelServer.Tracing;

/// <summary>
/// Sends spans and metrics, each from a loop of its own. Requests hand their spans over and go on; while the receiver is away
/// spans wait in bounded memory, then are dropped and counted, and the log has one warning.
/// </summary>
internal sealed partial class OtlpExport : IAsyncDisposable
{
    private const int MostWaiting = 2048;
    private const int MostTogether = 512;
    private const int Attempts = 5;
    private static readonly TimeSpan Gather = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(3);

    private readonly Channel<SpanRecord> _spans = Channel.CreateBounded<SpanRecord>(new BoundedChannelOptions(MostWaiting) { SingleReader = true });
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _end = new();
    private readonly OtlpSender _sender;
    private readonly Line? _traces;
    private readonly Line? _metrics;
    private readonly IReadOnlyList<KeyValuePair<string, object>> _resource;
    private readonly MetricRegistry _registry;
    private readonly Counter _dropped;
    private readonly OtlpOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly long _start;
    private readonly Task[] _loops;

    public OtlpExport(ServerOptions options, MetricRegistry registry, TimeProvider time, ILogger log)
    {
        (_options, _registry, _time, _log, Sampler) = (options.Otlp, registry, time, log, options.Otlp.TraceSampler);
        (_traces, _metrics) = (Line.Of("Traces", _options.Traces), Line.Of("Metrics", _options.Metrics));
        _sender = new OtlpSender(new OtlpTarget(_options.Protocol, _options.Timeout, _options.Gzip, _options.Authorities));
        _resource = ResourceOf(options);
        _dropped = registry.Counter("fairlead_spans_dropped_total", "Spans that were not sent, since too many waited or the receiver did not take them.").With();
        _start = Now();
        _loops = [.. Loops()];
    }

    public TraceSampler Sampler { get; }

    public void Add(IReadOnlyList<SpanRecord> spans)
    {
        foreach (var span in spans)
        {
            if (!_spans.Writer.TryWrite(span)) _dropped.Add();
        }
    }

    /// <summary>Sends what waits and the last metrics, for a moment at most.</summary>
    public async ValueTask DisposeAsync()
    {
        _spans.Writer.TryComplete();
        _end.CancelAfter(LastWords);
        await _stopping.CancelAsync();
        await Task.WhenAll(_loops);
        _sender.Dispose();
        _stopping.Dispose();
        _end.Dispose();
    }

    private IEnumerable<Task> Loops()
    {
        if (_traces is { } traces) yield return Task.Run(() => SendSpansAsync(traces), CancellationToken.None);
        if (_metrics is { } metrics) yield return Task.Run(() => SendMetricsAsync(metrics), CancellationToken.None);
    }

    private async Task SendSpansAsync(Line line)
    {
        var (proto, batch) = (new ProtoBuffer(), new List<SpanRecord>(MostTogether));
        while (await _spans.Reader.WaitToReadAsync(CancellationToken.None))
        {
            if (_spans.Reader.Count < MostTogether) await PauseAsync(Gather);
            while (batch.Count < MostTogether && _spans.Reader.TryRead(out var span)) batch.Add(span);
            _sender.Begin(proto);
            OtlpSpans.Write(proto, _resource, batch);
            if (!await SendAsync(line, proto, Attempts)) _dropped.Add(batch.Count);
            batch.Clear();
        }
    }

    private async Task SendMetricsAsync(Line line)
    {
        var proto = new ProtoBuffer();
        while (true)
        {
            await PauseAsync(_options.MetricInterval);
            var last = _stopping.IsCancellationRequested;
            _sender.Begin(proto);
            OtlpMetrics.Write(proto, _resource, _registry, _start, Now());

            // The next ones say all that these do.
            await SendAsync(line, proto, 1);
            if (last) return;
        }
    }

    private async Task<bool> SendAsync(Line line, ProtoBuffer proto, int attempts)
    {
        try
        {
            for (var attempt = 1; ; attempt++)
            {
                var outcome = await _sender.SendAsync(line.Route, proto, _end.Token);
                Tell(line, outcome);
                if (outcome.Failure is null) return true;
                if (!outcome.Again || attempt == attempts || _stopping.IsCancellationRequested) return false;
                await PauseAsync(outcome.After ?? TimeSpan.FromSeconds(1 << (attempt - 1)));
            }
        }
        catch (Exception e)
        {
            // Serving does not depend on it.
            if (e is not OperationCanceledException) Tell(line, new OtlpOutcome(e.Message, false, null));
            return false;
        }
    }

    private void Tell(Line line, OtlpOutcome outcome)
    {
        var failing = outcome.Failure is not null;
        if (line.Failing == failing) return;
        line.Failing = failing;
        if (outcome.Failure is { } reason) LogFailed(line.Signal, line.Route.Address.ToString(), reason);
        else LogTaken(line.Signal, line.Route.Address.ToString(), _dropped.Value);
    }

    /// <summary>Cut short when the server stops.</summary>
    private async Task PauseAsync(TimeSpan span)
    {
        try
        {
            await Task.Delay(span, _time, _stopping.Token);
        }
        catch (OperationCanceledException)
        {
            // Then what there is is sent now.
        }
    }

    private long Now() => (_time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;

    private static List<KeyValuePair<string, object>> ResourceOf(ServerOptions options)
    {
        var given = options.Otlp.ResourceAttributes.Where(a => a.Key != "service.name" || options.Otlp.ServiceName is null).Select(a => KeyValuePair.Create(a.Key, (object)a.Value)).ToList();
        AddUnlessGiven("service.name", options.Otlp.ServiceName ?? ModelEndpoints.ServerName);
        AddUnlessGiven("service.version", ModelEndpoints.Version);
        if (options.Replica is not null) AddUnlessGiven("service.instance.id", options.Replica);
        AddUnlessGiven("telemetry.sdk.name", "fairlead");
        AddUnlessGiven("telemetry.sdk.language", "dotnet");
        AddUnlessGiven("telemetry.sdk.version", ModelEndpoints.Version);
        return given;

        void AddUnlessGiven(string key, string value)
        {
            if (!given.Exists(a => a.Key == key)) given.Add(new(key, value));
        }
    }

    [LoggerMessage(2242, LogLevel.Warning, "{Signal} cannot be sent to {Endpoint}: {Reason}. Requests are served all the same; spans are dropped when too many wait.")]
    private partial void LogFailed(string signal, string endpoint, string reason);

    [LoggerMessage(2243, LogLevel.Information, "{Signal} are taken by {Endpoint} again; {Dropped} spans were dropped since the start.")]
    private partial void LogTaken(string signal, string endpoint, long dropped);

    /// <summary>One signal on its way; of its loop alone.</summary>
    private sealed class Line(string signal, OtlpRoute route)
    {
        public string Signal { get; } = signal;

        public OtlpRoute Route { get; } = route;

        public bool Failing { get; set; }

        public static Line? Of(string signal, OtlpRoute? route) => route is null ? null : new Line(signal, route);
    }
}
