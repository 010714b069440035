using System.Security.Cryptography.X509Certificates;
using Fairlead.Telemetry.Otlp;
using Fairlead.Telemetry.Tracing;

namespace Fairlead.ModelServer.Settings;

/// <summary>How traces and metrics are sent; a signal without an endpoint is not.</summary>
internal sealed record OtlpOptions
{
    /// <summary>Of both signals, without their own paths.</summary>
    public Uri? Endpoint { get; init; }

    /// <summary>Of traces alone, taken as it is; null: below <see cref="Endpoint"/>.</summary>
    public Uri? TracesEndpoint { get; init; }

    /// <summary>Of metrics alone, taken as it is; null: below <see cref="Endpoint"/>.</summary>
    public Uri? MetricsEndpoint { get; init; }

    public OtlpProtocol Protocol { get; init; }

    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>Instead of <see cref="Headers"/>; null for those.</summary>
    public IReadOnlyList<KeyValuePair<string, string>>? TracesHeaders { get; init; }

    /// <summary>Instead of <see cref="Headers"/>; null for those.</summary>
    public IReadOnlyList<KeyValuePair<string, string>>? MetricsHeaders { get; init; }

    public bool Gzip { get; init; }

    /// <summary>Who signs the receiver's certificate; null: the machine's authorities.</summary>
    public X509Certificate2Collection? Authorities { get; init; }

    /// <summary>Of one request to the receiver.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    public TimeSpan MetricInterval { get; init; } = TimeSpan.FromMinutes(1);

    public string? ServiceName { get; init; }

    public IReadOnlyList<KeyValuePair<string, string>> ResourceAttributes { get; init; } = [];

    public SamplerKind Sampler { get; init; } = SamplerKind.ParentBasedAlwaysOn;

    /// <summary>What a sampler by ratio takes.</summary>
    public double SamplerShare { get; init; } = 1;

    /// <summary>Null when traces are not sent.</summary>
    public OtlpRoute? Traces => RouteOf(OtlpSignal.Traces, TracesEndpoint, TracesHeaders ?? Headers);

    /// <summary>Null when metrics are not sent.</summary>
    public OtlpRoute? Metrics => RouteOf(OtlpSignal.Metrics, MetricsEndpoint, MetricsHeaders ?? Headers);

    public TraceSampler TraceSampler => Traces is null ? new TraceSampler(false, 0) : Sampler switch
    {
        SamplerKind.AlwaysOn => new TraceSampler(false, 1),
        SamplerKind.AlwaysOff => new TraceSampler(false, 0),
        SamplerKind.Ratio => new TraceSampler(false, SamplerShare),
        SamplerKind.ParentBasedAlwaysOff => new TraceSampler(true, 0),
        SamplerKind.ParentBasedRatio => new TraceSampler(true, SamplerShare),
        _ => new TraceSampler(true, 1),
    };

    // gRPC has the path of its service below any address.
    private OtlpRoute? RouteOf(OtlpSignal signal, Uri? own, IReadOnlyList<KeyValuePair<string, string>> headers) =>
        own is not null && Protocol == OtlpProtocol.Http ? new OtlpRoute(own, headers)
        : (own ?? Endpoint) is { } endpoint ? OtlpRoute.Below(endpoint, Protocol, signal, headers)
        : null;
}

/// <summary>OpenTelemetry's samplers.</summary>
internal enum SamplerKind
{
    AlwaysOn,
    AlwaysOff,
    Ratio,
    ParentBasedAlwaysOn,
    ParentBasedAlwaysOff,
    ParentBasedRatio,
}
