namespace Fairlead.Telemetry.Otlp;

public enum OtlpProtocol
{
    /// <summary>HTTP/1.1 with protobuf in the body.</summary>
    Http,

    Grpc,
}

/// <summary>What is sent.</summary>
public enum OtlpSignal
{
    Traces,
    Metrics,
}

/// <summary>Where telemetry goes.</summary>
/// <param name="Endpoint">Without the signal's own path.</param>
/// <param name="Headers">Sent with every request; they may hold secrets.</param>
/// <param name="Timeout">Of one request.</param>
public sealed record OtlpTarget(Uri Endpoint, OtlpProtocol Protocol, IReadOnlyList<KeyValuePair<string, string>> Headers, TimeSpan Timeout);

/// <summary>What became of a request.</summary>
/// <param name="Failure">Null when it was taken.</param>
/// <param name="Again">Whether sending the same again may succeed.</param>
/// <param name="After">When the receiver wants it again; null when it does not say.</param>
public readonly record struct OtlpOutcome(string? Failure, bool Again, TimeSpan? After)
{
    public static OtlpOutcome Taken => default;
}
