using System.Globalization;
using Fairlead.Telemetry.Otlp;
using static Fairlead.ModelServer.Settings.SettingTypes;

namespace Fairlead.ModelServer.Settings;

/// <summary>Settings with the names, forms and defaults that OpenTelemetry gives them.</summary>
internal static class OtlpSettings
{
    private const int MostMilliseconds = 3_600_000;

    public static readonly Setting[] All =
    [
        new("OTEL_EXPORTER_OTLP_ENDPOINT", "otlp_endpoint", "none", "an http:// or https:// address such as http://collector:4318", static (o, v) => EndpointOf(v) is { } endpoint ? Otlp(o, o.Otlp with { Endpoint = endpoint }) : null),
        Choice("OTEL_EXPORTER_OTLP_PROTOCOL", "otlp_protocol", "http/protobuf", [("http/protobuf", OtlpProtocol.Http), ("grpc", OtlpProtocol.Grpc)], static (o, v) => Otlp(o, o.Otlp with { Protocol = v })),
        new("OTEL_EXPORTER_OTLP_HEADERS", "otlp_headers", "none", "names and values such as api-key=abc,team=harbour", static (o, v) => PairsOf(v) is { } pairs ? Otlp(o, o.Otlp with { Headers = pairs }) : null) { Secret = true },
        Milliseconds("OTEL_EXPORTER_OTLP_TIMEOUT", "otlp_timeout", "10000", static (o, v) => Otlp(o, o.Otlp with { Timeout = v })),
        Milliseconds("OTEL_METRIC_EXPORT_INTERVAL", "metric_export_interval", "60000", static (o, v) => Otlp(o, o.Otlp with { MetricInterval = v })),
        Text("OTEL_SERVICE_NAME", "service_name", "fairlead-server", "any text", static (o, v) => Otlp(o, o.Otlp with { ServiceName = v })),
        new("OTEL_RESOURCE_ATTRIBUTES", "resource_attributes", "none", "names and values such as deployment.environment.name=production,team=harbour", static (o, v) => PairsOf(v) is { } pairs ? Otlp(o, o.Otlp with { ResourceAttributes = pairs }) : null),
        Choice(
            "OTEL_TRACES_SAMPLER",
            "traces_sampler",
            "parentbased_always_on",
            [
                ("always_on", SamplerKind.AlwaysOn), ("always_off", SamplerKind.AlwaysOff), ("traceidratio", SamplerKind.Ratio),
                ("parentbased_always_on", SamplerKind.ParentBasedAlwaysOn), ("parentbased_always_off", SamplerKind.ParentBasedAlwaysOff), ("parentbased_traceidratio", SamplerKind.ParentBasedRatio),
            ],
            static (o, v) => Otlp(o, o.Otlp with { Sampler = v })),
        new("OTEL_TRACES_SAMPLER_ARG", "traces_sampler_arg", "1", "a number from 0 to 1", static (o, v) => double.TryParse(v, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var share) && share <= 1 ? Otlp(o, o.Otlp with { SamplerShare = share }) : null),
    ];

    private static ServerOptions Otlp(ServerOptions options, OtlpOptions otlp) => options with { Otlp = otlp };

    private static Setting Milliseconds(string name, string key, string fallback, Func<ServerOptions, TimeSpan, ServerOptions> set) =>
        Number(name, key, fallback, 1, MostMilliseconds, (o, v) => set(o, TimeSpan.FromMilliseconds(v))) with { Range = $"a whole number of milliseconds from 1 to {MostMilliseconds}" };

    private static Uri? EndpointOf(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && (uri.Scheme is "http" or "https") && uri is { Query.Length: 0, Fragment.Length: 0 } ? uri : null;

    /// <summary>W3C Baggage's form without properties: <c>name=value</c> with commas between, values percent-encoded.</summary>
    private static KeyValuePair<string, string>[]? PairsOf(string text)
    {
        var pairs = new List<KeyValuePair<string, string>>();
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0) return null;
            pairs.Add(new(part[..equals].TrimEnd(), Uri.UnescapeDataString(part[(equals + 1)..].TrimStart())));
        }

        return [.. pairs];
    }
}
