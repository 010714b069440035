using Fairlead.Telemetry.Metrics;
using Fairlead.Telemetry.Prometheus;
using Fairlead.Telemetry.Tests.Prometheus;

namespace Fairlead.Telemetry.Tests;

public sealed class ProcessMetricsTests
{
    [Fact]
    public void ValuesAreThoseOfThisProcess()
    {
        var registry = new MetricRegistry();
        ProcessMetrics.Register(registry);
        var text = PrometheusWriterTests.Text(registry);
        var scrape = PrometheusReader.Read(text);

        text.ShouldContain("# TYPE process_cpu_seconds_total counter");
        var process = System.Diagnostics.Process.GetCurrentProcess();
        scrape.Sum("process_cpu_seconds_total")!.Value.ShouldBeInRange(0.01, process.TotalProcessorTime.TotalSeconds + 0.5);
        scrape.Sum("process_resident_memory_bytes")!.Value.ShouldBe(process.WorkingSet64, process.WorkingSet64 * 0.5);
        scrape.Sum("process_open_fds")!.Value.ShouldBeGreaterThan(3);
        scrape.Sum("process_max_fds")!.Value.ShouldBeGreaterThan(3);
        var started = DateTimeOffset.FromUnixTimeMilliseconds((long)(scrape.Sum("process_start_time_seconds")!.Value * 1000));
        (new DateTimeOffset(process.StartTime) - started).Duration().ShouldBeLessThan(TimeSpan.FromSeconds(2));
    }
}
