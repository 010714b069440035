using System.Formats.Tar;
using Fairlead.Core.Manifests;
using Fairlead.Core.Results;
using Fairlead.Oci.Archives;
using Fairlead.Oci.Images;
using Fairlead.Oci.Layouts;
using Fairlead.Oci.Registries;
using Fairlead.Oci.Unpacking;
using Fairlead.Packaging.Checks;
using Fairlead.Packaging.Closure;

namespace Fairlead.Packaging.Building;

/// <summary>
/// Gets the image that <c>image.base</c> names: from the local store when it has it, since a build that asks the network
/// for what is here would give another image tomorrow; else from its registry, or from a layout in the manifest's folder.
/// </summary>
internal sealed class BaseImages(StoreSession session, BuildOrder order, TimeProvider time)
{
    private const string LayoutPrefix = "oci:";

    // Distributions' images hold su and mount; what is unpacked here is only looked at and run as a user without rights.
    private static readonly UnpackOptions Unpacking = new() { DropSetUserId = true };

    /// <param name="root">Where the base's files are laid.</param>
    public async Task<Result<BaseChoice>> FindAsync(TemporaryRoot root, CancellationToken cancellationToken)
    {
        var written = order.Manifest.Image.Base;
        if (written == ImageSpec.Auto) return new BaseChoice(null);
        var found = written.StartsWith(LayoutPrefix, StringComparison.Ordinal)
            ? await ImportAsync(written[LayoutPrefix.Length..], root.Work, cancellationToken)
            : await FindInStoreAsync(written, cancellationToken) ?? await PullAsync(written, cancellationToken);
        if (!found.TryGet(out var image)) return Result.Fail<BaseChoice>(found.Problems);
        var unpacked = await ImageUnpacker.UnpackAsync(session.Store, image, root.Files, Unpacking, cancellationToken);
        if (!unpacked.IsOk) return Result.Fail<BaseChoice>(unpacked.Problems);
        order.Done("base image", $"{written}, {image.Manifest.Layers.Count} layers");
        var name = written.StartsWith(LayoutPrefix, StringComparison.Ordinal) ? null : written;
        return new BaseChoice(new BaseImage(name, image.Stored.Manifest.Digest, image.Manifest, image.Config, new RootFolder(root.Files)));
    }

    /// <summary>Null when the store does not have it.</summary>
    private async Task<Result<LoadedImage>?> FindInStoreAsync(string written, CancellationToken cancellationToken)
    {
        var listed = session.Store.List();
        if (!listed.TryGet(out var images)) return Result.Fail<LoadedImage>(listed.Problems);
        var found = images.FirstOrDefault(i => i.Name.ToString() == written || i.Remote == written);
        return found is null ? null : await session.OpenImageAsync(found.Name, cancellationToken);
    }

    private async Task<Result<LoadedImage>> PullAsync(string written, CancellationToken cancellationToken)
    {
        var parsed = ImageReference.Parse(written);
        if (!parsed.TryGet(out var reference)) return Result.Fail<LoadedImage>(parsed.Problems);
        var read = RegistryOptions.FromEnvironment(order.Variable, time);
        if (!read.TryGet(out var options)) return Result.Fail<LoadedImage>(read.Problems);
        var pulled = await ImagePull.RunAsync(session, reference, options, progress: null, cancellationToken);
        return pulled.TryGet(out var report) ? await session.OpenImageAsync(report.Image.Name, cancellationToken) : Result.Fail<LoadedImage>(pulled.Problems);
    }

    private async Task<Result<LoadedImage>> ImportAsync(string relative, string work, CancellationToken cancellationToken)
    {
        var folder = Path.Combine(order.Folder, relative);
        if (!Core.Files.ContainedPath.IsBelow(order.Folder, folder)) return At(PackagingProblems.LeadsOut(relative));
        if (!File.Exists(Path.Combine(folder, "oci-layout"))) return At(BuildProblems.NotALayout(relative));
        await using var archive = new FileStream(Path.Combine(work, "base.tar"), FileMode.Create, FileAccess.ReadWrite);
        await TarFile.CreateFromDirectoryAsync(folder, archive, includeBaseDirectory: false, cancellationToken);
        archive.Position = 0;
        var name = ImageName.Parse($"{ManifestDraft.NameFor(Path.GetFileName(Path.TrimEndingDirectorySeparator(folder)))}:base");
        var imported = await ImageImport.ReadAsync(session, archive, relative, name, cancellationToken);
        return imported.IsOk ? await session.OpenImageAsync(name, cancellationToken) : Result.Fail<LoadedImage>(imported.Problems);
    }

    private static Problem At(Problem problem) => problem with { At = new SourceLocation(ManifestFile.FileName, 0, "image/base") };
}

/// <param name="Image">Null when the image starts from nothing.</param>
internal sealed record BaseChoice(BaseImage? Image);
