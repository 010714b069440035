namespace Fairlead.Telemetry.Tracing;

/// <summary>Which traces are recorded.</summary>
/// <param name="FollowsParent">A caller that says whether it records is followed.</param>
/// <param name="Share">Of the others, 0 to 1.</param>
public sealed record TraceSampler(bool FollowsParent, double Share)
{
    // The part of a trace id that is random by W3C Trace Context level 2.
    private const int RandomBits = 56;
    private readonly ulong _threshold = (ulong)((1 - Share) * (1L << RandomBits));

    /// <summary>The same for every service that sees the trace: it follows from the trace's id (OpenTelemetry, "TraceIdRatioBased").</summary>
    public bool Takes(TraceContext? parent, UInt128 trace)
    {
        if (FollowsParent && parent is { } caller) return caller.Sampled;
        return (ulong)trace % (1UL << RandomBits) >= _threshold;
    }
}
