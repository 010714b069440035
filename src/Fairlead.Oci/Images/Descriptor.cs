using System.Text.Json.Serialization;
using Fairlead.Core.Identity;

namespace Fairlead.Oci.Images;

/// <summary>What one document says of another (OCI image spec, descriptor.md). Property order is the order in JSON.</summary>
public sealed record Descriptor
{
    public required string MediaType { get; init; }

    public required Digest Digest { get; init; }

    /// <summary>Bytes.</summary>
    public required long Size { get; init; }

    public IReadOnlyDictionary<string, string>? Annotations { get; init; }

    public string? ArtifactType { get; init; }

    public Platform? Platform { get; init; }

    /// <summary>The annotation's value; null when there is none.</summary>
    public string? Annotation(string key) => Annotations?.GetValueOrDefault(key);

    public Descriptor With(string key, string value) =>
        this with { Annotations = new SortedDictionary<string, string>((Annotations ?? new Dictionary<string, string>()).ToDictionary(), StringComparer.Ordinal) { [key] = value } };

    /// <summary>The same content, whatever is said about it.</summary>
    public bool IsSameContentAs(Descriptor other) => Digest == other.Digest && Size == other.Size;
}

public sealed record Platform
{
    public required string Architecture { get; init; }

    [JsonPropertyName("os")]
    public required string OperatingSystem { get; init; }

    public string? Variant { get; init; }
}
