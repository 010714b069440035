using Fairlead.Core.Identity;
using Fairlead.Oci.Images;
using Fairlead.Packaging.Closure;

namespace Fairlead.Packaging.Building;

/// <summary>The image that <c>image.base</c> names, in the store and unpacked.</summary>
/// <param name="Name">As the manifest names it; null for a layout in a folder, whose path is nobody else's concern.</param>
internal sealed record BaseImage(string? Name, Digest Digest, ImageManifest Manifest, ImageConfig Config, RootFolder Files);
