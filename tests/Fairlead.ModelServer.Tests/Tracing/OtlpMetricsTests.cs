using Fairlead.Telemetry.Metrics;
using Fairlead.Telemetry.Otlp;

namespace Fairlead.ModelServer.Tests.Tracing;

public sealed class OtlpMetricsTests
{
    [Fact]
    public void EveryInstrument_HasItsFormInOtlp()
    {
        var registry = new MetricRegistry();
        var requests = registry.Counter("fairlead_requests_total", "Requests.", "code");
        requests.With("200").Add(3);
        requests.With("400").Add();
        registry.Gauge("fairlead_shift", "Shift.", "feature").With("x").Set(double.NaN);
        registry.Gauge("fairlead_in_flight", "In flight.").With().Set(1.5);
        registry.CounterReading("process_cpu_seconds_total", "Processor.").With().Set(2.25);
        registry.Gauge("process_resident_memory_bytes", "Memory.").With().Set(7);
        var durations = registry.Histogram("fairlead_duration_seconds", "Durations.", [0.1, 1], "model").With("m");
        foreach (var value in new[] { 0.05, 0.1, 0.5, 7 }) durations.Observe(value);
        registry.Counter("never_used_total", "A family without children.", "a");

        var proto = new ProtoBuffer();
        OtlpMetrics.Write(proto, [new("service.name", "s")], registry, start: 100, now: 200);
        var metrics = SeenMetric.Read(proto.Written.ToArray()).ToDictionary(m => m.Name);

        metrics.Keys.Order().ShouldBe(["fairlead_duration_seconds", "fairlead_in_flight", "fairlead_requests_total", "process_cpu_seconds_total", "process_resident_memory_bytes"]);
        var sum = metrics["fairlead_requests_total"];
        (sum.Field, sum.Temporality, sum.Monotonic, sum.Unit, sum.Description).ShouldBe((7, 2, true, "", "Requests."));
        sum.Points.Select(p => (p.Attributes["code"], p.Value, p.Start, p.Time)).ShouldBe([((object)"200", 3, 100UL, 200UL), ("400", 1, 100UL, 200UL)]);
        var processor = metrics["process_cpu_seconds_total"];
        (processor.Field, processor.Monotonic, processor.Unit, processor.Points.Single().Value).ShouldBe((7, true, "s", 2.25));
        var gauge = metrics["fairlead_in_flight"];
        (gauge.Field, gauge.Points.Single().Value, gauge.Points.Single().Time).ShouldBe((5, 1.5, 200UL));
        metrics["process_resident_memory_bytes"].Unit.ShouldBe("By");
        var histogram = metrics["fairlead_duration_seconds"];
        (histogram.Field, histogram.Temporality, histogram.Unit).ShouldBe((9, 2, "s"));
        var point = histogram.Points.Single();
        point.Attributes["model"].ShouldBe("m");
        point.Count.ShouldBe(4UL);
        point.Sum.ShouldBe(7.65, 1e-9);
        point.Bounds.ShouldBe([0.1, 1]);
        point.Buckets.ShouldBe([2UL, 1UL, 1UL]);
    }
}
