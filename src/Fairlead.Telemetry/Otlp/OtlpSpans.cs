using Fairlead.Telemetry.Tracing;

namespace Fairlead.Telemetry.Otlp;

/// <summary>Writes an ExportTraceServiceRequest (opentelemetry.proto.collector.trace.v1).</summary>
public static class OtlpSpans
{
    private const int StatusField = 15;
    private const int StatusIsError = 2;

    public static void Write(ProtoBuffer proto, IReadOnlyList<KeyValuePair<string, object>> resource, IReadOnlyList<SpanRecord> spans)
    {
        var begun = OtlpCommon.Begin(proto, resource);
        foreach (var span in spans) Write(proto, span);
        OtlpCommon.End(proto, begun);
    }

    private static void Write(ProtoBuffer proto, SpanRecord span)
    {
        var begin = proto.Begin(2);
        proto.Id(1, span.Context.TraceId);
        proto.Id(2, span.Context.SpanId);
        proto.Text(3, span.Context.State);
        if (span.Parent != 0) proto.Id(4, span.Parent);
        proto.Text(5, span.Name);
        proto.Number(6, (int)span.Kind);
        proto.Fixed(7, span.Start);
        proto.Fixed(8, span.End);
        foreach (var attribute in span.Attributes) OtlpCommon.Attribute(proto, 9, attribute.Key, attribute.Value);
        if (span.Error is { } error)
        {
            var status = proto.Begin(StatusField);
            proto.Text(2, error);
            proto.Number(3, StatusIsError);
            proto.End(status);
        }

        proto.End(begin);
    }
}
