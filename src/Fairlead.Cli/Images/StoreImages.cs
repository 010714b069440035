using Fairlead.Core.Engines;
using Fairlead.Core.Identity;
using Fairlead.Core.Results;
using Fairlead.Oci.Archives;
using Fairlead.Oci.Images;
using Fairlead.Oci.Layouts;

namespace Fairlead.Cli.Images;

/// <summary>The local image store as the Docker engine sees it.</summary>
internal sealed class StoreImages(OciStore store) : IImageSource
{
    public Result<SourceImage?> Find(Digest manifest) => Find(i => i.Manifest.Digest == manifest);

    /// <summary>By its name here, or where it was pulled from or pushed to.</summary>
    public Result<SourceImage?> Find(string reference) => Find(i => i.Name.ToString() == reference || i.Remote == reference);

    public async Task<Result<Done>> WriteDockerArchiveAsync(SourceImage image, string name, Stream output, CancellationToken cancellationToken)
    {
        var begun = await store.BeginAsync(cancellationToken);
        if (!begun.TryGet(out var session)) return Result.Fail<Done>(begun.Problems);
        await using (session)
        {
            var opened = await session.OpenImageAsync(ImageName.Parse(image.Name), cancellationToken);
            if (!opened.TryGet(out var loaded)) return Result.Fail<Done>(opened.Problems);
            var renamed = loaded with { Stored = loaded.Stored with { Name = ImageName.Parse(name) } };
            var written = await ImageExport.WriteAsync(session, renamed, ArchiveFormat.Docker, output, cancellationToken);
            return written.IsOk ? Result.Done : Result.Fail<Done>(written.Problems);
        }
    }

    private Result<SourceImage?> Find(Func<StoredImage, bool> matches)
    {
        var listed = store.List();
        if (!listed.TryGet(out var images)) return Result.Fail<SourceImage?>(listed.Problems);
        if (images.FirstOrDefault(matches) is not { } found) return Result.Ok<SourceImage?>(null);
        var read = store.ReadManifest(found.Manifest);
        return read.TryGet(out var manifest) ? new SourceImage(found.Name.ToString(), found.Manifest.Digest, manifest.Config.Digest) : Result.Fail<SourceImage?>(read.Problems);
    }
}
