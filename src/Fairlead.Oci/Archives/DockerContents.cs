using Fairlead.Core.Results;
using Fairlead.Oci.Images;
using Fairlead.Oci.Layouts;

namespace Fairlead.Oci.Archives;

/// <summary>The images of an archive of <c>docker save</c> before version 25, which has no manifests: they are written here.</summary>
internal static class DockerContents
{
    public static Result<IReadOnlyList<ArchivedImage>> Read(OciStore store, ArchiveFiles files, Descriptor manifest)
    {
        var bytes = store.ReadBlob(manifest);
        if (!bytes.TryGet(out var json)) return Result.Fail<IReadOnlyList<ArchivedImage>>(bytes.Problems);
        var read = DockerManifest.Read(json);
        if (!read.TryGet(out var listed)) return Result.Fail<IReadOnlyList<ArchivedImage>>(read.Problems);
        var images = new List<ArchivedImage>();
        foreach (var docker in listed)
        {
            var config = files.Find(docker.Config);
            var layers = docker.Layers.Select(files.Find).ToList();
            if (config is null) return ArchiveProblems.FileMissing(docker.Config);
            if (layers.IndexOf(null) is >= 0 and var missing) return ArchiveProblems.FileMissing(docker.Layers[missing]);
            var written = new ImageManifest { Config = config with { MediaType = MediaTypes.Config }, Layers = [.. layers.Select(l => l!)] };
            images.AddRange((docker.RepoTags is { Count: > 0 } tags ? tags : [null!]).Select(tag => new ArchivedImage(tag, OciJson.Write(written), written)));
        }

        return Result.Ok<IReadOnlyList<ArchivedImage>>(images);
    }
}
