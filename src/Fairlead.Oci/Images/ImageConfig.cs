using System.Text.Json.Serialization;
using Fairlead.Core.Identity;

namespace Fairlead.Oci.Images;

/// <summary>How an image is run and what its layers unpack to (OCI image spec, config.md). Property order is the order in JSON.</summary>
public sealed record ImageConfig
{
    public DateTimeOffset? Created { get; init; }

    public required string Architecture { get; init; }

    [JsonPropertyName("os")]
    public required string OperatingSystem { get; init; }

    public string? Variant { get; init; }

    [JsonPropertyName("config")]
    public RunConfig? Run { get; init; }

    [JsonPropertyName("rootfs")]
    public required RootFileSystem RootFileSystem { get; init; }

    public IReadOnlyList<HistoryEntry>? History { get; init; }
}

public sealed record RootFileSystem
{
    public string Type { get; init; } = "layers";

    [JsonPropertyName("diff_ids")]
    public required IReadOnlyList<Digest> DiffIds { get; init; }
}

public sealed record HistoryEntry
{
    public DateTimeOffset? Created { get; init; }

    [JsonPropertyName("created_by")]
    public string? CreatedBy { get; init; }

    public string? Comment { get; init; }

    [JsonPropertyName("empty_layer")]
    public bool? EmptyLayer { get; init; }
}
