namespace Fairlead.Telemetry.Tracing;

/// <summary>Numbers as OTLP has them.</summary>
public enum SpanKind
{
    Internal = 1,
    Server = 2,
}

/// <summary>A span that has ended.</summary>
/// <param name="Context">Its trace and its own id.</param>
/// <param name="Parent">0 for the first of a trace.</param>
/// <param name="Start">Nanoseconds since 1970, as <paramref name="End"/>.</param>
/// <param name="Attributes">Values are texts, whole numbers (<see cref="long"/>), numbers (<see cref="double"/>) or flags.</param>
/// <param name="Error">What went wrong on this side; null for what is no error of the server.</param>
public sealed record SpanRecord(TraceContext Context, ulong Parent, string Name, SpanKind Kind, long Start, long End, IReadOnlyList<KeyValuePair<string, object>> Attributes, string? Error);
