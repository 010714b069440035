using Fairlead.Core.Identity;
using Fairlead.Oci.Images;

namespace Fairlead.Oci.Layers;

/// <summary>A layer that is in the store.</summary>
/// <param name="Descriptor">As it stands in a manifest, with the title as annotation.</param>
/// <param name="DiffId">Digest of the tar before compression, for the image's configuration.</param>
/// <param name="Reused">Whether it was in the store before.</param>
public sealed record BuiltLayer(Descriptor Descriptor, Digest DiffId, long UnpackedSize, bool Reused);
