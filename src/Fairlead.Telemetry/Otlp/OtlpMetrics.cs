using Fairlead.Telemetry.Metrics;

namespace Fairlead.Telemetry.Otlp;

/// <summary>
/// Writes a registry as an ExportMetricsServiceRequest (opentelemetry.proto.collector.metrics.v1): counters as cumulative
/// sums, histograms with the bounds that they count by. Names are the same as in the Prometheus text.
/// </summary>
public static class OtlpMetrics
{
    private const int Cumulative = 2;

    /// <param name="start">When counting began, in nanoseconds since 1970, as <paramref name="now"/>.</param>
    public static void Write(ProtoBuffer proto, IReadOnlyList<KeyValuePair<string, object>> resource, MetricRegistry registry, long start, long now)
    {
        var begun = OtlpCommon.Begin(proto, resource);
        foreach (var family in registry.Collect()) Write(proto, family, start, now);
        OtlpCommon.End(proto, begun);
    }

    private static void Write(ProtoBuffer proto, MetricFamily family, long start, long now)
    {
        // A gauge that is no number has nothing to say now.
        var children = family.Children.Where(c => c.Child is not Gauge gauge || !double.IsNaN(gauge.Value)).ToList();
        if (children.Count == 0) return;
        var metric = proto.Begin(2);
        proto.Text(1, family.Name);
        proto.Text(2, family.Help);
        proto.Text(3, UnitOf(family.Name));
        var points = proto.Begin(family.Kind switch { MetricKind.Gauge => 5, MetricKind.Counter => 7, _ => 9 });
        foreach (var (values, child) in children) WritePoint(proto, family, values, child, (start, now));
        if (family.Kind != MetricKind.Gauge) proto.Number(2, Cumulative);
        if (family.Kind == MetricKind.Counter) proto.Number(3, 1);
        proto.End(points);
        proto.End(metric);
    }

    private static void WritePoint(ProtoBuffer proto, MetricFamily family, string[] values, object child, (long Start, long Now) time)
    {
        var point = proto.Begin(1);
        if (family.Kind != MetricKind.Gauge) proto.Fixed(2, time.Start);
        proto.Fixed(3, time.Now);
        for (var i = 0; i < values.Length; i++) OtlpCommon.Attribute(proto, family.Kind == MetricKind.Histogram ? 9 : 7, family.Labels[i], values[i]);
        switch (child)
        {
            case Counter counter: proto.Fixed(6, counter.Value); break;
            case Gauge gauge: proto.Double(4, gauge.Value); break;
            case Histogram histogram: WriteHistogram(proto, histogram.Read()); break;
            default: throw new ArgumentException($"No OTLP form for {child.GetType()}.", nameof(child));
        }

        proto.End(point);
    }

    private static void WriteHistogram(ProtoBuffer proto, HistogramSnapshot snapshot)
    {
        proto.Fixed(4, snapshot.Count);
        proto.Double(5, snapshot.Sum);
        var counts = proto.Begin(6);
        foreach (var count in snapshot.Counts) proto.Fixed(count);
        proto.End(counts);
        var bounds = proto.Begin(7);
        foreach (var bound in snapshot.Bounds) proto.Fixed(BitConverter.DoubleToInt64Bits(bound));
        proto.End(bounds);
    }

    private static string UnitOf(string name) =>
        name.Contains("_seconds", StringComparison.Ordinal) ? "s" : name.Contains("_bytes", StringComparison.Ordinal) ? "By" : "";
}
