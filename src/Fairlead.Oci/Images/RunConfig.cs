using System.Text.Json.Serialization;

namespace Fairlead.Oci.Images;

/// <summary>What a container gets when nothing else is said (OCI image spec, config.md, "config"; <c>Healthcheck</c> is Docker's).</summary>
public sealed record RunConfig
{
    [JsonPropertyName("User")]
    public string? User { get; init; }

    /// <summary>Keys such as <c>8080/tcp</c>.</summary>
    [JsonPropertyName("ExposedPorts")]
    public IReadOnlyDictionary<string, EmptyObject>? ExposedPorts { get; init; }

    /// <summary><c>NAME=value</c>.</summary>
    [JsonPropertyName("Env")]
    public IReadOnlyList<string>? Environment { get; init; }

    [JsonPropertyName("Entrypoint")]
    public IReadOnlyList<string>? Entrypoint { get; init; }

    [JsonPropertyName("Cmd")]
    public IReadOnlyList<string>? Command { get; init; }

    [JsonPropertyName("Volumes")]
    public IReadOnlyDictionary<string, EmptyObject>? Volumes { get; init; }

    [JsonPropertyName("WorkingDir")]
    public string? WorkingFolder { get; init; }

    [JsonPropertyName("Labels")]
    public IReadOnlyDictionary<string, string>? Labels { get; init; }

    [JsonPropertyName("StopSignal")]
    public string? StopSignal { get; init; }

    [JsonPropertyName("Healthcheck")]
    public HealthCheck? HealthCheck { get; init; }
}

/// <summary>A value that is only there: <c>{}</c>.</summary>
public sealed record EmptyObject
{
    public static EmptyObject Value { get; } = new();
}

/// <summary>Docker's health check; durations in nanoseconds.</summary>
public sealed record HealthCheck
{
    /// <summary><c>CMD</c> and the command's words.</summary>
    [JsonPropertyName("Test")]
    public required IReadOnlyList<string> Test { get; init; }

    [JsonPropertyName("Interval")]
    public long? Interval { get; init; }

    [JsonPropertyName("Timeout")]
    public long? Timeout { get; init; }

    [JsonPropertyName("StartPeriod")]
    public long? StartPeriod { get; init; }

    [JsonPropertyName("Retries")]
    public int? Retries { get; init; }
}
