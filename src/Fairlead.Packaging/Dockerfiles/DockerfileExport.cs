using Fairlead.Core.Results;
using Fairlead.Oci.Layers;
using Fairlead.Oci.Layouts;
using Fairlead.Packaging.Building;
using Fairlead.Packaging.Checks;
using Fairlead.Packaging.Dockerfiles;

namespace Fairlead.Packaging;

/// <summary>Writes a Dockerfile and its context: the same file set as <see cref="ImageBuilder"/>, for who must build with other tools.</summary>
public sealed class DockerfileExport(OciStore store, TimeProvider time)
{
    /// <param name="to">A folder that does not exist or is empty.</param>
    /// <returns>The Dockerfile's path.</returns>
    public async Task<Result<string>> WriteAsync(BuildOrder order, string to, CancellationToken cancellationToken)
    {
        if (Directory.Exists(to) && Directory.EnumerateFileSystemEntries(to).Any()) return DockerfileProblems.FolderNotEmpty(to);
        var stamp = SourceDate.Read(order.Variable(SourceDate.Variable));
        if (!stamp.TryGet(out var created)) return Result.Fail<string>(stamp.Problems);
        using var root = new TemporaryRoot(order.Home);
        var begun = await store.BeginAsync(cancellationToken);
        if (!begun.TryGet(out var session)) return Result.Fail<string>(begun.Problems);
        await using (session)
        {
            var based = await new BaseImages(session, order, time).FindAsync(root, cancellationToken);
            if (!based.TryGet(out var below)) return Result.Fail<string>(based.Problems);
            var planned = ImagePlan.Of(order, created, below.Image, cancellationToken);
            if (!planned.TryGet(out var plan)) return Result.Fail<string>(planned.Problems);
            return FromOf(plan) is { } from ? Write(plan, from, to) : DockerfileProblems.BaseWithoutName(order.Manifest.Image.Base);
        }
    }

    /// <summary>Null when the base has no name that another program could find it by.</summary>
    private static string? FromOf(ImagePlan plan)
    {
        if (plan.Base is not { } below) return "scratch";
        if (below.Name is not { } name || !Oci.Registries.ImageReference.Parse(name).TryGet(out var reference)) return null;
        return reference.WithDigest(below.Digest).ToString();
    }

    private static Result<string> Write(ImagePlan plan, string from, string to)
    {
        var folders = plan.Layers.Select(l => l.Title.Replace(' ', '-')).ToList();
        try
        {
            foreach (var (layer, folder) in plan.Layers.Zip(folders)) FileSet.LayOut(layer.Entries, Path.Combine(to, folder));
            var dockerfile = Path.Combine(to, "Dockerfile");
            File.WriteAllText(dockerfile, DockerfileText.Write(from, folders, ImageDocuments.Run(plan)));
            return dockerfile;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return DockerfileProblems.CannotWrite(to, e.Message);
        }
    }
}
