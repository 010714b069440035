using System.Security.Cryptography.X509Certificates;

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

/// <summary>Where one signal goes.</summary>
/// <param name="Address">The whole address of a request.</param>
/// <param name="Headers">Sent with every request; they may hold secrets.</param>
public sealed record OtlpRoute(Uri Address, IReadOnlyList<KeyValuePair<string, string>> Headers)
{
    /// <param name="endpoint">An address for every signal: each has its own path below it.</param>
    public static OtlpRoute Below(Uri endpoint, OtlpProtocol protocol, OtlpSignal signal, IReadOnlyList<KeyValuePair<string, string>> headers)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        var path = (protocol, signal) switch
        {
            (OtlpProtocol.Http, OtlpSignal.Traces) => "v1/traces",
            (OtlpProtocol.Http, _) => "v1/metrics",
            (_, OtlpSignal.Traces) => "opentelemetry.proto.collector.trace.v1.TraceService/Export",
            _ => "opentelemetry.proto.collector.metrics.v1.MetricsService/Export",
        };
        return new OtlpRoute(new Uri(endpoint.AbsoluteUri.TrimEnd('/') + "/" + path), headers);
    }
}

/// <summary>How telemetry is sent.</summary>
/// <param name="Timeout">Of one request.</param>
/// <param name="Gzip">Whether messages are packed.</param>
/// <param name="Authorities">Who signs the receiver's certificate, instead of the machine's authorities; null for those.</param>
public sealed record OtlpTarget(OtlpProtocol Protocol, TimeSpan Timeout, bool Gzip = false, X509Certificate2Collection? Authorities = null);

/// <summary>What became of a request.</summary>
/// <param name="Failure">Null when it was taken.</param>
/// <param name="Again">Whether sending the same again may succeed.</param>
/// <param name="After">When the receiver wants it again; null when it does not say.</param>
public readonly record struct OtlpOutcome(string? Failure, bool Again, TimeSpan? After)
{
    public static OtlpOutcome Taken => default;
}
