using Fairlead.Core.Results;
using Fairlead.Oci.Images;
using Fairlead.Oci.Layouts;

namespace Fairlead.Oci.Archives;

/// <summary>The images of an archived layout. Of one for several platforms, this machine's.</summary>
internal static class OciContents
{
    public static Result<IReadOnlyList<ArchivedImage>> Read(OciStore store, ArchiveFiles files, Descriptor index)
    {
        var read = ReadIndex(store, index);
        if (!read.TryGet(out var contents)) return Result.Fail<IReadOnlyList<ArchivedImage>>(read.Problems);
        var images = new List<ArchivedImage>();
        foreach (var entry in contents.Manifests)
        {
            var found = ReadImage(store, files, entry);
            if (!found.TryGet(out var image)) return Result.Fail<IReadOnlyList<ArchivedImage>>(found.Problems);
            // Artifacts about images have a subject and no name.
            if (image.Manifest.Subject is null) images.Add(image with { Name = entry.Annotation(AnnotationKeys.RefName) });
        }

        return Result.Ok<IReadOnlyList<ArchivedImage>>(images);
    }

    private static Result<ArchivedImage> ReadImage(OciStore store, ArchiveFiles files, Descriptor entry)
    {
        if (!files.Has(entry)) return ArchiveProblems.BlobMissing(entry.Digest);
        if (MediaTypes.IsIndex(entry.MediaType))
        {
            var read = ReadIndex(store, entry);
            if (!read.TryGet(out var platforms)) return Result.Fail<ArchivedImage>(read.Problems);
            return PlatformChoice.Of(platforms) is { } chosen ? ReadImage(store, files, chosen) : OciProblems.NoPlatform(entry.Digest, platforms);
        }

        var bytes = store.ReadBlob(entry);
        if (!bytes.TryGet(out var json)) return Result.Fail<ArchivedImage>(bytes.Problems);
        var manifest = OciJson.ReadManifest(json, $"The manifest {entry.Digest}");
        if (!manifest.TryGet(out var image)) return Result.Fail<ArchivedImage>(manifest.Problems);
        return image.Blobs.FirstOrDefault(b => !files.Has(b)) is { } missing ? ArchiveProblems.BlobMissing(missing.Digest) : new ArchivedImage(null, json, image);
    }

    private static Result<ImageIndex> ReadIndex(OciStore store, Descriptor descriptor)
    {
        var bytes = store.ReadBlob(descriptor);
        return bytes.TryGet(out var json) ? OciJson.ReadIndex(json, $"The index {descriptor.Digest}") : Result.Fail<ImageIndex>(bytes.Problems);
    }
}
