using Fairlead.Core.Results;
using Fairlead.Oci.Images;
using Fairlead.Oci.Layouts;

namespace Fairlead.Oci.Archives;

/// <summary>Takes the images of an archive into the store, whichever program wrote it.</summary>
public static class ImageImport
{
    /// <param name="archive">Can be sought; may be compressed with gzip.</param>
    /// <param name="source">What the archive is called, for problems.</param>
    /// <param name="name">For an archive of one image: its name here. Null to take the archive's names.</param>
    public static async Task<Result<IReadOnlyList<StoredImage>>> ReadAsync(StoreSession session, Stream archive, string source, ImageName? name, CancellationToken cancellationToken)
    {
        ArchiveFiles files;
        try
        {
            files = await ArchiveFiles.ReadAsync(session, archive, cancellationToken);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or FormatException)
        {
            return ArchiveProblems.NoArchive(source, e.Message);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return StoreIo.Translate(session.Store.Folder, e);
        }

        var found = Images(session.Store, files, source);
        if (!found.TryGet(out var images)) return Result.Fail<IReadOnlyList<StoredImage>>(found.Problems);
        if (name is not null && images.Count != 1) return ArchiveProblems.NotOneImage(source, images.Count);
        var stored = new List<StoredImage>();
        foreach (var image in images)
        {
            if ((name ?? NameOf(image.Name)) is not { } called) return ArchiveProblems.NoName(source, image.Name);
            var added = await session.AddImageAsync(called, image.Bytes, image.Manifest, remote: null, cancellationToken);
            if (!added.TryGet(out var one)) return Result.Fail<IReadOnlyList<StoredImage>>(added.Problems);
            stored.Add(one);
        }

        return Result.Ok<IReadOnlyList<StoredImage>>(stored);
    }

    private static Result<IReadOnlyList<ArchivedImage>> Images(OciStore store, ArchiveFiles files, string source)
    {
        if (files.Find("index.json") is { } index) return OciContents.Read(store, files, index);
        if (files.Find(DockerManifest.FileName) is { } manifest) return DockerContents.Read(store, files, manifest);
        return ArchiveProblems.NoArchive(source, "it holds neither index.json nor manifest.json");
    }

    // Other programs name images by the whole reference: registry, repository and tag.
    private static ImageName? NameOf(string? written) => ImageName.TryParse(written?[(written.LastIndexOf('/') + 1)..], out var name) ? name : null;
}
