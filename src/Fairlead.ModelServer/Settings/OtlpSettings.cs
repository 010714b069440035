using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Fairlead.Telemetry.Otlp;
using static Fairlead.ModelServer.Settings.SettingTypes;

namespace Fairlead.ModelServer.Settings;

/// <summary>Settings with the names, forms and defaults that OpenTelemetry gives them.</summary>
internal static class OtlpSettings
{
    private const int MostMilliseconds = 3_600_000;

    public static readonly Setting[] All =
    [
        Endpoint("OTEL_EXPORTER_OTLP_ENDPOINT", "otlp_endpoint", "http://collector:4318", static (o, v) => o with { Endpoint = v }),
        Endpoint("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "otlp_traces_endpoint", "http://collector:4318/v1/traces", static (o, v) => o with { TracesEndpoint = v }),
        Endpoint("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "otlp_metrics_endpoint", "http://collector:4318/v1/metrics", static (o, v) => o with { MetricsEndpoint = v }),
        Choice("OTEL_EXPORTER_OTLP_PROTOCOL", "otlp_protocol", "http/protobuf", [("http/protobuf", OtlpProtocol.Http), ("grpc", OtlpProtocol.Grpc)], static (o, v) => Otlp(o, o.Otlp with { Protocol = v })),
        Headers("OTEL_EXPORTER_OTLP_HEADERS", "otlp_headers", static (o, v) => o with { Headers = v }),
        Headers("OTEL_EXPORTER_OTLP_TRACES_HEADERS", "otlp_traces_headers", static (o, v) => o with { TracesHeaders = v }),
        Headers("OTEL_EXPORTER_OTLP_METRICS_HEADERS", "otlp_metrics_headers", static (o, v) => o with { MetricsHeaders = v }),
        Choice("OTEL_EXPORTER_OTLP_COMPRESSION", "otlp_compression", "none", [("none", false), ("gzip", true)], static (o, v) => Otlp(o, o.Otlp with { Gzip = v })),
        new("OTEL_EXPORTER_OTLP_CERTIFICATE", "otlp_certificate", "the machine's authorities", "a readable PEM file with certificates, where OpenSSL is", static (o, v) => AuthoritiesOf(v) is { } authorities ? Otlp(o, o.Otlp with { Authorities = authorities }) : null),
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

    /// <summary>What OpenTelemetry has besides and this server does not: it would be wrong to send with another.</summary>
    public static readonly string[] Unsupported =
    [
        .. from signal in new[] { "TRACES", "METRICS" } from what in new[] { "PROTOCOL", "TIMEOUT", "COMPRESSION", "CERTIFICATE", "CLIENT_KEY", "CLIENT_CERTIFICATE" } select $"OTEL_EXPORTER_OTLP_{signal}_{what}",
        "OTEL_EXPORTER_OTLP_CLIENT_KEY", "OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE",
    ];

    private static Setting Endpoint(string name, string key, string example, Func<OtlpOptions, Uri, OtlpOptions> set) =>
        new(name, key, "none", $"an http:// or https:// address such as {example}", (o, v) => EndpointOf(v) is { } endpoint ? Otlp(o, set(o.Otlp, endpoint)) : null);

    private static Setting Headers(string name, string key, Func<OtlpOptions, KeyValuePair<string, string>[], OtlpOptions> set) =>
        new(name, key, "none", "names and values such as api-key=abc,team=harbour", (o, v) => PairsOf(v) is { } pairs ? Otlp(o, set(o.Otlp, pairs)) : null) { Secret = true };

    private static ServerOptions Otlp(ServerOptions options, OtlpOptions otlp) => options with { Otlp = otlp };

    private static Setting Milliseconds(string name, string key, string fallback, Func<ServerOptions, TimeSpan, ServerOptions> set) =>
        Number(name, key, fallback, 1, MostMilliseconds, (o, v) => set(o, TimeSpan.FromMilliseconds(v))) with { Range = $"a whole number of milliseconds from 1 to {MostMilliseconds}" };

    private static Uri? EndpointOf(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && (uri.Scheme is "http" or "https") && uri is { Query.Length: 0, Fragment.Length: 0 } ? uri : null;

    private static X509Certificate2Collection? AuthoritiesOf(string file)
    {
        var authorities = new X509Certificate2Collection();
        try
        {
            authorities.ImportFromPemFile(file);
            return authorities.Count > 0 ? authorities : null;
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException or TypeInitializationException or DllNotFoundException)
        {
            // The last two: an image without OpenSSL, which reads certificates on this system.
            return null;
        }
    }

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
