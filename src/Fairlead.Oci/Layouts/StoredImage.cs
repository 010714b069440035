using Fairlead.Oci.Images;

namespace Fairlead.Oci.Layouts;

/// <summary>An image of the local store.</summary>
/// <param name="Added">When it got its name here.</param>
/// <param name="Remote">Where it was pulled from or pushed to last; null when neither.</param>
public sealed record StoredImage(ImageName Name, Descriptor Manifest, DateTimeOffset Added, string? Remote);

/// <summary>An image with its documents read and their digests checked.</summary>
public sealed record LoadedImage(StoredImage Stored, ImageManifest Manifest, ImageConfig Config)
{
    /// <summary>Bytes of manifest, configuration and layers.</summary>
    public long Size => Manifest.Size + Stored.Manifest.Size;
}

/// <summary>An artifact about a manifest.</summary>
public sealed record Referrer(Descriptor Descriptor, ImageManifest Manifest);
