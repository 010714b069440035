using Fairlead.Oci.Images;

namespace Fairlead.Oci.Archives;

/// <summary>An image found in an archive; its blobs are in the store.</summary>
/// <param name="Name">As the archive has it.</param>
/// <param name="Bytes">The manifest's own, which its digest is of.</param>
internal sealed record ArchivedImage(string? Name, byte[] Bytes, ImageManifest Manifest);
