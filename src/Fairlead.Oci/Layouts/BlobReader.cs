using Fairlead.Core.Identity;
using Fairlead.Core.Results;
using Fairlead.Oci.Images;

namespace Fairlead.Oci.Layouts;

/// <summary>Reads blobs of the store.</summary>
internal static class BlobReader
{
    /// <summary>Documents are read into memory whole; registries take manifests up to this size (distribution spec).</summary>
    public const int LargestDocument = 4 << 20;

    public static Result<byte[]> Read(LayoutFolder layout, Descriptor descriptor)
    {
        if (descriptor.Size > LargestDocument) return OciProblems.DocumentTooLarge(descriptor.Digest, descriptor.Size);
        var opened = Open(layout, descriptor);
        if (!opened.TryGet(out var stream)) return Result.Fail<byte[]>(opened.Problems);
        using (stream)
        {
            var bytes = new byte[descriptor.Size];
            try
            {
                stream.ReadExactly(bytes);
            }
            catch (IOException e)
            {
                return OciProblems.StoreUnreadable(layout.BlobOf(descriptor.Digest), e.Message);
            }

            return Digest.Of(bytes) == descriptor.Digest ? bytes : OciProblems.BlobDamaged(layout.BlobOf(descriptor.Digest));
        }
    }

    public static Result<Stream> Open(LayoutFolder layout, Descriptor descriptor)
    {
        var path = layout.BlobOf(descriptor.Digest);
        try
        {
            var stream = new FileStream(path, new FileStreamOptions { Access = FileAccess.Read, Share = FileShare.Read | FileShare.Delete, Options = FileOptions.Asynchronous | FileOptions.SequentialScan });
            if (stream.Length == descriptor.Size) return stream;
            stream.Dispose();
            return OciProblems.BlobDamaged(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return OciProblems.BlobMissing(descriptor.Digest, layout.Root);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return OciProblems.StoreUnreadable(path, e.Message);
        }
    }
}
