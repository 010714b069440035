using System.Buffers;
using System.Text;
using Fairlead.Telemetry.Metrics;
using Fairlead.Telemetry.Prometheus;

namespace Fairlead.Telemetry.Tests.Prometheus;

public sealed class PrometheusWriterTests
{
    [Fact]
    public void EveryKindIsWrittenAsTheFormatSays()
    {
        var registry = new MetricRegistry();
        registry.Counter("a_total", "Things\nthat \\ happen.", "code").With("200").Add(3);
        registry.Gauge("b", "Now.").With().Set(0.25);
        var histogram = registry.Histogram("c_seconds", "Long.", [0.1, 1], "m").With("x");
        histogram.Observe(0.1);
        histogram.Observe(0.5);
        histogram.Observe(7);

        Text(registry).ShouldBe("""
            # HELP a_total Things\nthat \\ happen.
            # TYPE a_total counter
            a_total{code="200"} 3
            # HELP b Now.
            # TYPE b gauge
            b 0.25
            # HELP c_seconds Long.
            # TYPE c_seconds histogram
            c_seconds_bucket{m="x",le="0.1"} 1
            c_seconds_bucket{m="x",le="1"} 2
            c_seconds_bucket{m="x",le="+Inf"} 3
            c_seconds_sum{m="x"} 7.6
            c_seconds_count{m="x"} 3

            """);
    }

    [Fact]
    public void FamilyWithoutChildrenIsNotWritten()
    {
        var registry = new MetricRegistry();
        registry.Counter("a_total", "None yet.", "code");
        Text(registry).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("quote \" backslash \\ newline \n end")]
    [InlineData("braces {} commas , equals =")]
    [InlineData("ü €")]
    [InlineData("")]
    public void LabelValueComesBackFromTheReader(string value)
    {
        var registry = new MetricRegistry();
        registry.Counter("a_total", "Help.", "name", "other").With(value, "x").Add();
        var scrape = PrometheusReader.Read(Text(registry));
        scrape.Skipped.ShouldBe(0);
        scrape.Samples.ShouldHaveSingleItem().Label("name").ShouldBe(value);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    [InlineData(1e-300)]
    [InlineData(0.1 + 0.2)]
    [InlineData(-0.0)]
    public void GaugeValueComesBackFromTheReader(double value)
    {
        var registry = new MetricRegistry();
        registry.Gauge("a", "Help.").With().Set(value);
        PrometheusReader.Read(Text(registry)).Samples.ShouldHaveSingleItem().Value.ShouldBe(value);
    }

    [Fact]
    public void CollectorsRunBeforeEachScrape()
    {
        var registry = new MetricRegistry();
        var gauge = registry.Gauge("a", "Help.").With();
        registry.OnCollect(() => gauge.Add(1));
        Text(registry);
        Text(registry).ShouldContain("a 2\n");
    }

    internal static string Text(MetricRegistry registry)
    {
        var buffer = new ArrayBufferWriter<byte>();
        PrometheusWriter.Write(registry, buffer);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
