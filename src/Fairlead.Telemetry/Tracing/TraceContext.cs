using System.Buffers;
using System.Globalization;

namespace Fairlead.Telemetry.Tracing;

/// <summary>Where a request stands in its trace, as W3C Trace Context carries it.</summary>
/// <param name="Sampled">Whether the trace is recorded.</param>
/// <param name="State">The <c>tracestate</c>, passed on as it came; null without one.</param>
public readonly record struct TraceContext(UInt128 TraceId, ulong SpanId, bool Sampled, string? State)
{
    private const int Length = 55;
    private static readonly SearchValues<char> Hex = SearchValues.Create("0123456789abcdef");

    public string TraceIdText => TraceId.ToString("x32", CultureInfo.InvariantCulture);

    public string SpanIdText => SpanId.ToString("x16", CultureInfo.InvariantCulture);

    /// <summary>Reads <c>traceparent</c> (W3C Trace Context, 3.2); null when it is none, as the trace then begins anew.</summary>
    public static TraceContext? Parse(string? parent, string? state)
    {
        if (parent is null || parent.Length < Length || parent[2] != '-' || parent[35] != '-' || parent[52] != '-') return null;
        if (!IsHex(parent.AsSpan(0, 2)) || !IsHex(parent.AsSpan(3, 32)) || !IsHex(parent.AsSpan(36, 16)) || !IsHex(parent.AsSpan(53, 2))) return null;

        // Later versions may have more behind it; this one has not, and "ff" is none.
        var version = parent.AsSpan(0, 2);
        if (version is "ff" || (version is "00" ? parent.Length > Length : parent.Length > Length && parent[Length] != '-')) return null;
        var trace = UInt128.Parse(parent.AsSpan(3, 32), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        var span = ulong.Parse(parent.AsSpan(36, 16), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        var flags = byte.Parse(parent.AsSpan(53, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        return trace == 0 || span == 0 ? null : new TraceContext(trace, span, (flags & 1) != 0, string.IsNullOrEmpty(state) ? null : state);
    }

    private static bool IsHex(ReadOnlySpan<char> text) => !text.ContainsAnyExcept(Hex);
}
