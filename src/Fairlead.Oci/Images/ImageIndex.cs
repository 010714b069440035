namespace Fairlead.Oci.Images;

/// <summary>A list of manifests (OCI image spec, image-index.md): a layout's contents, one image for several platforms, or referrers.</summary>
public sealed record ImageIndex
{
    public int SchemaVersion { get; init; } = 2;

    public string? MediaType { get; init; } = MediaTypes.Index;

    public required IReadOnlyList<Descriptor> Manifests { get; init; }

    public IReadOnlyDictionary<string, string>? Annotations { get; init; }

    public static ImageIndex Nothing { get; } = new() { Manifests = [] };
}
