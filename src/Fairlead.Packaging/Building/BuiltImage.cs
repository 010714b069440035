using Fairlead.Core.Identity;

namespace Fairlead.Packaging;

/// <summary>An image that was built into the local store.</summary>
/// <param name="Digest">Of its manifest.</param>
/// <param name="Size">Bytes of manifest, configuration and layers, as a registry holds them.</param>
public sealed record BuiltImage(string Name, string Version, Digest Digest, long Size, IReadOnlyList<ImageLayer> Layers);

/// <param name="Reused">Whether the store had it before.</param>
public sealed record ImageLayer(Digest Digest, long Size, string Title, bool Reused);
