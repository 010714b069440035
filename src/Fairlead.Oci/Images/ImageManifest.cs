using System.Text.Json.Serialization;

namespace Fairlead.Oci.Images;

/// <summary>An image, or an artifact about another (OCI image spec, manifest.md). Property order is the order in JSON.</summary>
public sealed record ImageManifest
{
    public int SchemaVersion { get; init; } = 2;

    public string? MediaType { get; init; } = MediaTypes.Manifest;

    public string? ArtifactType { get; init; }

    public required Descriptor Config { get; init; }

    public required IReadOnlyList<Descriptor> Layers { get; init; }

    /// <summary>The manifest that this one is about; null for an image of its own.</summary>
    public Descriptor? Subject { get; init; }

    public IReadOnlyDictionary<string, string>? Annotations { get; init; }

    /// <summary>What an artifact is, as the referrers API tells it: its own word, else its configuration's.</summary>
    [JsonIgnore]
    public string TypeOfArtifact => ArtifactType ?? Config.MediaType;

    /// <summary>Everything that must be there besides the manifest itself; the subject is not.</summary>
    [JsonIgnore]
    public IEnumerable<Descriptor> Blobs => Layers.Prepend(Config);

    /// <summary>Bytes of configuration and layers.</summary>
    [JsonIgnore]
    public long Size => Blobs.DistinctBy(b => b.Digest).Sum(b => b.Size);
}
