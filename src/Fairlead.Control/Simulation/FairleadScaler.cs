using Fairlead.Control.Autoscaling;
using Fairlead.Core.Manifests;
using Fairlead.Telemetry.Metrics;
using Fairlead.Telemetry.Series;

namespace Fairlead.Control.Simulation;

/// <summary>The product's own policy, given the signals that the controller would read.</summary>
/// <param name="begin">When the trace begins; null without a schedule.</param>
internal sealed class FairleadScaler(ScalingRules rules, IReadOnlyList<ScheduleSpec> schedule, DateTimeOffset? begin) : IScaler
{
    private static readonly TimeSpan CpuWindow = TimeSpan.FromSeconds(10);

    private readonly ScalingHistory _history = new();
    private readonly CounterSeries _arrived = Started(new CounterSeries(CpuWindow));
    private readonly CounterSeries _finished = Started(new CounterSeries(CpuWindow));
    private readonly CounterSeries _busy = Started(new CounterSeries(CpuWindow));
    private readonly HistogramSeries _latency = new(SignalWindows.Latency);
    private readonly HistogramSeries _service = new(SignalWindows.ServiceTime);

    public string Name => "fairlead";

    public double Every => 1;

    public int Least => rules.Min;

    public int? Decide(FleetReading reading)
    {
        var now = TimeSpan.FromSeconds(reading.At);
        var signals = Read(reading, now);
        var current = begin is { } moment ? rules.At(schedule, moment + now) : rules;
        var decision = ScalingPolicy.Decide(current, _history, signals, now);
        _history.Add(decision, signals.Rate.Value, ScalingPolicy.Cooldown(rules), applied: true);
        return decision.Wanted == decision.Current ? null : decision.Wanted;
    }

    private ScalingSignals Read(FleetReading reading, TimeSpan now)
    {
        var count = reading.Count;
        _arrived.Add(now, count.Arrived);
        _finished.Add(now, count.Finished);
        _busy.Add(now, count.ServiceSeconds);
        _latency.Add(now, count.Latency.Read());
        _service.Add(now, count.Service.Read());
        var (cpu, finished) = (_busy.Rate(CpuWindow), _finished.Rate(CpuWindow));
        return new ScalingSignals
        {
            Ready = reading.Ready.Count,
            Wanted = reading.Wanted,
            Rate = Known(_arrived.Rate(TimeSpan.FromSeconds(1))),
            InFlight = Signal.Now(count.InFlight),
            LatencyP95 = Known(_latency.Window()?.Quantile(0.95)),
            ServiceTime = Known(count.Finished == 0 ? null : _service.Window() is { Count: > 0 } some ? some.Mean : count.ServiceSeconds / count.Finished),
            ServiceP95 = Known(Quantile(_service.Window() is { Count: > 0 } seen ? seen : count.Service.Read())),
            Cpu = Known(cpu),
            CpuPerRequest = Known(finished > 0 ? cpu / finished : null),
        };
    }

    private static double? Quantile(HistogramSnapshot snapshot) => snapshot.Quantile(0.95);

    private static Signal Known(double? value) => new(value, TimeSpan.Zero);

    private static CounterSeries Started(CounterSeries series)
    {
        series.Add(TimeSpan.Zero, 0);
        return series;
    }
}
