using System.Security.Cryptography;
using Fairlead.Oci.Layers;

namespace Fairlead.Packaging.Sbom;

/// <summary>Reads files of an image once for both checksums of its SBOM.</summary>
internal static class FileHash
{
    private const int Block = 1 << 17;

    public static ImageFile Of(LayerEntry.File file, CancellationToken cancellationToken)
    {
        using var stream = new FileStream(file.Source, new FileStreamOptions { Share = FileShare.ReadWrite | FileShare.Delete, BufferSize = 0, Options = FileOptions.SequentialScan });
        return Of(file.Path, stream, cancellationToken);
    }

    public static ImageFile Of(string path, Stream content, CancellationToken cancellationToken)
    {
        // No proof rests on it: SPDX 2.3, 8.4 makes it mandatory.
#pragma warning disable CA5350
        using var sha1 = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
#pragma warning restore CA5350
        using var sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var block = new byte[Block];
        for (int read; (read = content.Read(block)) > 0;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            sha1.AppendData(block, 0, read);
            sha256.AppendData(block, 0, read);
        }

        return new ImageFile(path, Convert.ToHexStringLower(sha1.GetHashAndReset()), Convert.ToHexStringLower(sha256.GetHashAndReset()));
    }
}
