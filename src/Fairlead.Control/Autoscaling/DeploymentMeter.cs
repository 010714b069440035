using Fairlead.Control.Reconciling;
using Fairlead.Core.Manifests;
using Fairlead.Telemetry.Metrics;
using Fairlead.Telemetry.Prometheus;
using Fairlead.Telemetry.Series;

namespace Fairlead.Control.Autoscaling;

/// <summary>One deployment's recent load, from the gateway's metrics, its replicas' and what the engine shows. Of one writer.</summary>
internal sealed class DeploymentMeter(string deployment)
{
    private const string Requests = "fairlead_gateway_requests_total";
    private const string InFlight = "fairlead_gateway_in_flight";
    private const string Durations = "fairlead_gateway_request_duration_seconds";

    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan CpuWindow = TimeSpan.FromSeconds(10);

    private readonly CounterSeries _answered = new(CpuWindow);
    private readonly HistogramSeries _latency = new(SignalWindows.Latency);
    private readonly AnswerTimes _answers = new();
    private readonly Dictionary<string, ReplicaMeter> _replicas = new(StringComparer.Ordinal);
    private (TimeSpan At, double InFlight)? _before;
    private (TimeSpan At, double Rate, double InFlight)? _load;
    private (double Mean, double? P95)? _service;
    private int _revision;
    private bool _ownTimes = true;
    private bool _asleep;

    /// <summary>From a replica's start until it was ready, as the last one took; 2 s before one was seen.</summary>
    public TimeSpan Startup { get; private set; } = TimeSpan.FromSeconds(2);

    /// <summary>A gateway that has counted nothing for it yet has had no request of its.</summary>
    public void AddGateway(TimeSpan now, MetricScrape scrape)
    {
        var where = ("deployment", deployment);
        var inFlight = scrape.Sum(InFlight, where) ?? 0;
        _answered.Add(now, scrape.Sum(Requests, where) ?? 0);
        if (scrape.Histogram(Durations, where) is { } durations)
        {
            _latency.Add(now, durations);
            _answers.Add(now, durations, inFlight, _replicas.Count);
        }

        // What came in is what was answered and what is more in flight than before: answers alone stop growing just when load is too much.
        if (_answered.Rate(Look) is { } answered && _before is { } before && now > before.At)
        {
            _load = (now, Math.Max(0, answered + ((inFlight - before.InFlight) / (now - before.At).TotalSeconds)), inFlight);
        }

        _before = (now, inFlight);
    }

    /// <param name="metrics">Those of the manifest.</param>
    public void AddReplica(TimeSpan now, string replica, MetricPage page, IReadOnlyList<MetricTarget> metrics)
    {
        if (_replicas.TryGetValue(replica, out var meter)) meter.Add(now, page, metrics);
    }

    /// <summary>Which replicas are to be looked at: those that are gone are forgotten.</summary>
    public void Expect(TimeSpan now, DateTimeOffset utc, int revision, IReadOnlyList<SeenReplica> ready)
    {
        if (revision != _revision) _answers.Forget();
        _revision = revision;
        _ownTimes = ready.All(r => r.State.Metrics is not null);
        if (ready.Count > 0) _asleep = false;
        foreach (var gone in _replicas.Keys.Except(ready.Select(r => r.State.Id.Value)).ToList()) _replicas.Remove(gone);
        foreach (var replica in ready)
        {
            if (!_replicas.TryAdd(replica.State.Id.Value, new ReplicaMeter(now))) continue;
            // One that was ready when this controller began has not just become so.
            var took = utc - replica.State.StartedAt;
            if (took > TimeSpan.Zero && took < TimeSpan.FromMinutes(10) && now > TimeSpan.FromSeconds(10)) Startup = took;
        }
    }

    /// <param name="ready">Those that take requests.</param>
    /// <param name="viewAge">How long ago the engine was looked at.</param>
    public ScalingSignals Read(TimeSpan now, ScalingRules rules, int wanted, IReadOnlyList<SeenReplica> ready, TimeSpan viewAge)
    {
        if (wanted == 0) _asleep = true;
        var (mean, p95) = _ownTimes ? Service(now) : AnswerTime(now, rules.Workers);
        var cpu = ready.All(r => r.CpuCores is not null) ? new Signal(ready.Sum(r => r.CpuCores), viewAge) : Signal.Missing;
        var answered = _answered.Rate(CpuWindow);
        return new ScalingSignals
        {
            Ready = ready.Count,
            Wanted = wanted,
            Rate = _load is { } load ? new Signal(load.Rate, now - load.At) : Signal.Missing,
            InFlight = _load is { } seen ? new Signal(seen.InFlight, now - seen.At) : Signal.Missing,
            LatencyP95 = _latency.LastAt is { } at ? new Signal(_latency.Window()?.Quantile(0.95), now - at) : Signal.Missing,
            ServiceTime = mean,
            ServiceP95 = p95,
            Cpu = cpu,
            CpuPerRequest = answered > 0 ? new Signal(cpu.Value / answered, cpu.Age) : Signal.Nothing(viewAge),
            Memory = ready.All(r => r.State.Usage is not null) ? new Signal(ready.Sum(r => (double)r.State.Usage!.MemoryBytes), viewAge) : Signal.Missing,
            Metrics = [.. rules.Targets.Metrics.Select(m => (IReadOnlyList<MetricSignal>)[.. ready.Select(r => Metric(now, r.State.Id.Value, m))])],
        };
    }

    // As old as the replica that was longest not read: one that is cut off may be the slow one.
    private (Signal Mean, Signal P95) Service(TimeSpan now)
    {
        // Where none runs by intent, none is cut off: what the last one said holds until the next one speaks.
        if (_replicas.Count == 0 && _asleep) return _service is { } last ? (new Signal(last.Mean, TimeSpan.Zero), new Signal(last.P95, TimeSpan.Zero)) : (Signal.Nothing(TimeSpan.Zero), Signal.Nothing(TimeSpan.Zero));
        if (_replicas.Count == 0) return (Signal.Missing, Signal.Missing);
        HistogramSnapshot? all = null;
        foreach (var meter in _replicas.Values)
        {
            if (meter.Service is not { } service) continue;
            all = all is null ? service : all.Bounds.AsSpan().SequenceEqual(service.Bounds) ? all.Plus(service) : all;
        }

        if (all is { Mean: { } mean }) _service = (mean, all.Quantile(0.95));
        var age = now - _replicas.Values.Min(m => m.LastAt);
        return _service is { } known ? (new Signal(known.Mean, age), new Signal(known.P95, age)) : (Signal.Nothing(age), Signal.Nothing(age));
    }

    private (Signal Mean, Signal P95) AnswerTime(TimeSpan now, int workers)
    {
        if (_latency.LastAt is not { } at) return (Signal.Missing, Signal.Missing);
        return _answers.Service(workers) is { } known ? (new Signal(known.Mean, now - at), new Signal(known.P95, now - at)) : (Signal.Nothing(now - at), Signal.Nothing(now - at));
    }

    private MetricSignal Metric(TimeSpan now, string replica, MetricTarget target) =>
        _replicas.TryGetValue(replica, out var meter) ? meter.Read(now, replica, target) : new MetricSignal(replica, Signal.Missing);
}
