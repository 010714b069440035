using System.Buffers;
using System.Text;
using Fairlead.Telemetry.Metrics;

namespace Fairlead.Telemetry.Prometheus;

/// <summary>Writes a registry in Prometheus' text format 0.0.4.</summary>
public static class PrometheusWriter
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>Runs the registry's collectors, then writes every family that has a child.</summary>
    public static void Write(MetricRegistry registry, IBufferWriter<byte> output)
    {
        foreach (var family in registry.Collect())
        {
            var header = false;
            foreach (var (values, child) in family.Children)
            {
                if (!header) WriteHeader(family, output);
                header = true;
                WriteChild(family, values, child, output);
            }
        }
    }

    private static void WriteHeader(MetricFamily family, IBufferWriter<byte> output)
    {
        var kind = family.Kind switch { MetricKind.Counter => "counter", MetricKind.Gauge => "gauge", _ => "histogram" };
        Text(output, "# HELP ");
        Text(output, family.Name);
        Text(output, " ");
        Text(output, Escape(family.Help, quotes: false));
        Text(output, "\n# TYPE ");
        Text(output, family.Name);
        Text(output, " ");
        Text(output, kind);
        Text(output, "\n");
    }

    private static void WriteChild(MetricFamily family, string[] values, object child, IBufferWriter<byte> output)
    {
        switch (child)
        {
            case Counter counter:
                Sample(output, family, "", values, null, counter.Value);
                break;
            case Gauge gauge:
                Sample(output, family, "", values, null, gauge.Value);
                break;
            case Histogram histogram:
                WriteHistogram(family, values, histogram.Read(), output);
                break;
            default:
                throw new ArgumentException($"No text form for {child.GetType()}.", nameof(child));
        }
    }

    private static void WriteHistogram(MetricFamily family, string[] values, HistogramSnapshot snapshot, IBufferWriter<byte> output)
    {
        long below = 0;
        for (var i = 0; i < snapshot.Counts.Length; i++)
        {
            below += snapshot.Counts[i];
            var bound = i < snapshot.Bounds.Length ? snapshot.Bounds[i] : double.PositiveInfinity;
            Sample(output, family, "_bucket", values, bound, below);
        }

        Sample(output, family, "_sum", values, null, snapshot.Sum);
        Sample(output, family, "_count", values, null, below);
    }

    private static void Sample(IBufferWriter<byte> output, MetricFamily family, string suffix, string[] values, double? bound, double value)
    {
        Text(output, family.Name);
        Text(output, suffix);
        if (values.Length > 0 || bound is not null)
        {
            var separator = "{";
            for (var i = 0; i < values.Length; i++)
            {
                Label(output, separator, family.Labels[i], Escape(values[i], quotes: true));
                separator = ",";
            }

            if (bound is { } upper) Label(output, separator, "le", PrometheusNumber.Format(upper));
            Text(output, "}");
        }

        Text(output, " ");
        Text(output, PrometheusNumber.Format(value));
        Text(output, "\n");
    }

    private static void Label(IBufferWriter<byte> output, string separator, string name, string value)
    {
        Text(output, separator);
        Text(output, name);
        Text(output, "=\"");
        Text(output, value);
        Text(output, "\"");
    }

    private static string Escape(string text, bool quotes)
    {
        if (text.AsSpan().IndexOfAny('\\', '\n', '"') < 0) return text;
        var escaped = text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
        return quotes ? escaped.Replace("\"", "\\\"", StringComparison.Ordinal) : escaped;
    }

    private static void Text(IBufferWriter<byte> output, string text)
    {
        var span = output.GetSpan(Encoding.UTF8.GetMaxByteCount(text.Length));
        output.Advance(Encoding.UTF8.GetBytes(text, span));
    }
}
