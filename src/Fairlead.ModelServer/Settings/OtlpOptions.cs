using Fairlead.Telemetry.Otlp;
using Fairlead.Telemetry.Tracing;

namespace Fairlead.ModelServer.Settings;

/// <summary>How traces and metrics are sent; nothing is while <see cref="Endpoint"/> is null.</summary>
internal sealed record OtlpOptions
{
    public Uri? Endpoint { get; init; }

    public OtlpProtocol Protocol { get; init; }

    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>Of one request to the receiver.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    public TimeSpan MetricInterval { get; init; } = TimeSpan.FromMinutes(1);

    public string? ServiceName { get; init; }

    public IReadOnlyList<KeyValuePair<string, string>> ResourceAttributes { get; init; } = [];

    public SamplerKind Sampler { get; init; } = SamplerKind.ParentBasedAlwaysOn;

    /// <summary>What a sampler by ratio takes.</summary>
    public double SamplerShare { get; init; } = 1;

    public TraceSampler TraceSampler => Sampler switch
    {
        SamplerKind.AlwaysOn => new TraceSampler(false, 1),
        SamplerKind.AlwaysOff => new TraceSampler(false, 0),
        SamplerKind.Ratio => new TraceSampler(false, SamplerShare),
        SamplerKind.ParentBasedAlwaysOff => new TraceSampler(true, 0),
        SamplerKind.ParentBasedRatio => new TraceSampler(true, SamplerShare),
        _ => new TraceSampler(true, 1),
    };
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
