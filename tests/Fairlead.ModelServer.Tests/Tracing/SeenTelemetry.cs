using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Fairlead.ModelServer.Tests.Grpc;

namespace Fairlead.ModelServer.Tests.Tracing;

/// <summary>A span as a receiver reads it (opentelemetry/proto/trace/v1/trace.proto).</summary>
internal sealed record SeenSpan(string Trace, string Id, string Parent, string State, string Name, int Kind, ulong Start, ulong End, Dictionary<string, object> Attributes, int Status, string Error, Dictionary<string, object> Resource)
{
    public static IEnumerable<SeenSpan> Read(byte[] message) =>
        from resource in Otlp.All(message, 1)
        let attributes = Otlp.Attributes(Otlp.All(resource, 1).Single(), 1)
        from scope in Otlp.All(resource, 2)
        from span in Otlp.All(scope, 2)
        let status = Otlp.All(span, 15).SingleOrDefault() ?? []
        select new SeenSpan(
            Convert.ToHexStringLower(Otlp.All(span, 1).Single()),
            Convert.ToHexStringLower(Otlp.All(span, 2).Single()),
            Convert.ToHexStringLower(Otlp.All(span, 4).SingleOrDefault() ?? []),
            Otlp.Text(span, 3),
            Otlp.Text(span, 5),
            (int)Otlp.Number(span, 6),
            Otlp.Number(span, 7),
            Otlp.Number(span, 8),
            Otlp.Attributes(span, 9),
            (int)Otlp.Number(status, 3),
            Otlp.Text(status, 2),
            attributes);
}

/// <summary>A metric as a receiver reads it (opentelemetry/proto/metrics/v1/metrics.proto).</summary>
/// <param name="Field">5 for a gauge, 7 for a sum, 9 for a histogram.</param>
internal sealed record SeenMetric(string Name, string Description, string Unit, int Field, int Temporality, bool Monotonic, IReadOnlyList<SeenPoint> Points, Dictionary<string, object> Resource)
{
    public static IReadOnlyList<SeenMetric> Read(byte[] message) =>
    [
        .. from resource in Otlp.All(message, 1)
           let attributes = Otlp.Attributes(Otlp.All(resource, 1).Single(), 1)
           from scope in Otlp.All(resource, 2)
           from metric in Otlp.All(scope, 2)
           let data = GrpcReply.FieldsOf(metric).Single(f => f.Field >= 5)
           select new SeenMetric(
               Otlp.Text(metric, 1),
               Otlp.Text(metric, 2),
               Otlp.Text(metric, 3),
               data.Field,
               (int)Otlp.Number(data.Bytes, 2),
               Otlp.Number(data.Bytes, 3) == 1,
               [.. Otlp.All(data.Bytes, 1).Select(p => SeenPoint.Read(p, data.Field == 9))],
               attributes),
    ];
}

internal sealed record SeenPoint(Dictionary<string, object> Attributes, ulong Start, ulong Time, double Value, ulong Count, double Sum, ulong[] Buckets, double[] Bounds)
{
    public static SeenPoint Read(byte[] point, bool histogram)
    {
        var whole = GrpcReply.FieldsOf(point).Any(f => f.Field == 6 && !histogram);
        return new SeenPoint(
            Otlp.Attributes(point, histogram ? 9 : 7),
            Otlp.Number(point, 2),
            Otlp.Number(point, 3),
            histogram ? 0 : whole ? Otlp.Number(point, 6) : BitConverter.UInt64BitsToDouble(Otlp.Number(point, 4)),
            histogram ? Otlp.Number(point, 4) : 0,
            histogram ? BitConverter.UInt64BitsToDouble(Otlp.Number(point, 5)) : 0,
            histogram ? MemoryMarshal.Cast<byte, ulong>(Otlp.All(point, 6).Single()).ToArray() : [],
            histogram ? MemoryMarshal.Cast<byte, double>(Otlp.All(point, 7).Single()).ToArray() : []);
    }
}

/// <summary>Fields by number; a missing one is empty.</summary>
internal static class Otlp
{
    public static IEnumerable<byte[]> All(byte[] message, int field) => GrpcReply.FieldsOf(message).Where(f => f.Field == field).Select(f => f.Bytes);

    public static ulong Number(byte[] message, int field) => GrpcReply.FieldsOf(message).SingleOrDefault(f => f.Field == field).Number;

    public static string Text(byte[] message, int field) => Encoding.UTF8.GetString(All(message, field).SingleOrDefault() ?? []);

    public static Dictionary<string, object> Attributes(byte[] message, int field) => All(message, field).ToDictionary(a => Text(a, 1), a => Value(All(a, 2).Single()));

    private static object Value(byte[] any)
    {
        var (field, number, bytes) = GrpcReply.FieldsOf(any).Single();
        return field switch
        {
            1 => Encoding.UTF8.GetString(bytes),
            2 => number == 1,
            3 => (long)number,
            4 => BitConverter.UInt64BitsToDouble(number),
            _ => throw new InvalidDataException(field.ToString(CultureInfo.InvariantCulture)),
        };
    }
}
