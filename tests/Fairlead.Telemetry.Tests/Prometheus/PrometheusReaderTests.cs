using System.Text;
using Fairlead.Telemetry.Metrics;
using Fairlead.Telemetry.Prometheus;
using FsCheck;
using FsCheck.Fluent;

namespace Fairlead.Telemetry.Tests.Prometheus;

public sealed class PrometheusReaderTests
{
    [Theory]
    [InlineData("a 1", "a", 1)]
    [InlineData("a{} 1", "a", 1)]
    [InlineData("  a { x = \"1\" , } 1.5e3 1395066363000", "a", 1500)]
    [InlineData("a:b_c\t+Inf", "a:b_c", double.PositiveInfinity)]
    public void SampleIsRead(string line, string name, double value)
    {
        var sample = PrometheusReader.Read(line).Samples.ShouldHaveSingleItem();
        sample.Name.ShouldBe(name);
        sample.Value.ShouldBe(value);
    }

    [Theory]
    [InlineData("a")]
    [InlineData("a{")]
    [InlineData("a{x")]
    [InlineData("a{x=1} 1")]
    [InlineData("a{x=\"1} 1")]
    [InlineData("a{x=\"1\"")]
    [InlineData("a{x=\"1\\")]
    [InlineData("1a 1")]
    [InlineData("{x=\"1\"} 1")]
    [InlineData("a one")]
    [InlineData("a{=\"\"} 1")]
    public void LineThatIsNoSampleIsSkippedAndItsNeighboursAreRead(string line)
    {
        var scrape = PrometheusReader.Read($"before 1\n{line}\nafter 2\r\n");
        scrape.Skipped.ShouldBe(1);
        scrape.Samples.Select(s => s.Name).ShouldBe(["before", "after"]);
    }

    [Fact]
    public void NoTextMakesTheReaderThrow()
    {
        var pieces = Gen.Elements("a", "{", "}", "\"", "\\", "=", ",", " ", "\n", "le", "_bucket", "+Inf", "NaN", "1", "#", "\ud800", "é");
        var texts = pieces.ListOf().Select(p => string.Concat(p)).ToArbitrary();
        Prop.ForAll(texts, text =>
        {
            var scrape = PrometheusReader.Read(text);
            scrape.Sum("a");
            scrape.Histogram("a");
        }).QuickCheckThrowOnFailure();
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), bytes => { PrometheusReader.Read(bytes.AsSpan()); }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void SumAddsWhatMatches()
    {
        var scrape = PrometheusReader.Read("a{d=\"x\",c=\"200\"} 2\na{d=\"x\",c=\"500\"} 3\na{d=\"y\",c=\"200\"} 7\n");
        scrape.Sum("a").ShouldBe(12);
        scrape.Sum("a", ("d", "x")).ShouldBe(5);
        scrape.Sum("a", ("d", "x"), ("c", "500")).ShouldBe(3);
        scrape.Sum("a", ("d", "z")).ShouldBeNull();
        scrape.Sum("b").ShouldBeNull();
    }

    [Fact]
    public void SumOfWhatIsNoNumberIsNothing() => PrometheusReader.Read("a 1\na{x=\"y\"} NaN").Sum("a").ShouldBeNull();

    [Fact]
    public void HistogramComesBackAndAddsUpOverLabels()
    {
        var registry = new MetricRegistry();
        var family = registry.Histogram("h_seconds", "Help.", [0.1, 1], "d", "r");
        family.With("x", "1").Observe(0.05);
        family.With("x", "2").Observe(0.5);
        family.With("x", "2").Observe(5);
        family.With("y", "3").Observe(0.5);
        var scrape = PrometheusReader.Read(Encoding.UTF8.GetBytes(PrometheusWriterTests.Text(registry)).AsSpan());

        var snapshot = scrape.Histogram("h_seconds", ("d", "x")).ShouldNotBeNull();
        snapshot.Bounds.ShouldBe([0.1, 1]);
        snapshot.Counts.ShouldBe([1, 1, 1]);
        snapshot.Sum.ShouldBe(5.55, 1e-9);
        scrape.Histogram("h").ShouldBeNull();
    }

    [Theory]
    [InlineData("h_bucket{le=\"1\"} 1")]
    [InlineData("h_bucket{le=\"x\"} 1\nh_bucket{le=\"+Inf\"} 1")]
    [InlineData("h_bucket 1\nh_bucket{le=\"+Inf\"} 1")]
    [InlineData("h_bucket{le=\"+Inf\"} NaN")]
    public void HistogramThatIsNotWholeIsNothing(string text) => PrometheusReader.Read(text).Histogram("h").ShouldBeNull();
}
