using Fairlead.Core.Results;
using Fairlead.Oci.Images;
using Fairlead.Oci.Layouts;
using Fairlead.Packaging.Building;
using Fairlead.Packaging.Closure;
using Fairlead.Packaging.Sbom;

namespace Fairlead.Packaging.Verifying;

/// <summary>Compares an image with its SBOM: what it is called, every file that the SBOM lists, and that it lists every program and library.</summary>
internal static class SbomCheck
{
    public static VerifyCheck Run(LoadedImage image, OciStore store, string root, CancellationToken cancellationToken)
    {
        var path = Path.Combine(root, ImageSbom.PathInImage);
        if (!File.Exists(path) || SpdxDocument.Read(File.ReadAllBytes(path)) is not { } sbom) return Failed(VerifyProblems.SbomMissing());
        if (Differences(image, store, sbom, path, root, cancellationToken).FirstOrDefault() is { } difference) return Failed(VerifyProblems.SbomDiffers(difference));
        return new VerifyCheck("sbom", $"{sbom.Packages.Count} components, {sbom.Files.Count} files", null);
    }

    private static IEnumerable<string> Differences(LoadedImage image, OciStore store, SpdxDocument sbom, string path, string root, CancellationToken cancellationToken)
    {
        var labels = image.Config.Run?.Labels;
        var (name, version) = (labels?.GetValueOrDefault(AnnotationKeys.Title), labels?.GetValueOrDefault(AnnotationKeys.Version));
        if ((name, version) != (sbom.Name, sbom.Version)) yield return $"it is labelled {name}:{version}, and the SBOM is of {sbom.Name}:{sbom.Version}";
        foreach (var listed in sbom.Files)
        {
            var file = Path.Combine(root, listed.Path);
            if (!File.Exists(file))
            {
                yield return $"{listed.Path} is missing";
                continue;
            }

            using var content = File.OpenRead(file);
            if (FileHash.Of(listed.Path, content, cancellationToken) != listed) yield return $"{listed.Path} has another hash";
        }

        if (image.Config.Run?.Labels?.ContainsKey(AnnotationKeys.BaseDigest) != true)
        {
            foreach (var unlisted in Binaries(root).Except(sbom.Files.Select(f => f.Path))) yield return $"{unlisted} is not in it";
        }

        var attached = store.Referrers(image.Stored.Manifest.Digest);
        var documents = attached.IsOk ? attached.Value.Where(r => r.Manifest.TypeOfArtifact == ImageSbom.MediaType).SelectMany(r => r.Manifest.Layers).ToList() : [];
        if (documents.Count > 0 && !documents.Exists(d => store.ReadBlob(d) is { IsOk: true } read && read.Value.AsSpan().SequenceEqual(File.ReadAllBytes(path)))) yield return "the SBOM that is attached to it is another than the one in it";
    }

    // A base brings programs of its own, which its packages stand for.
    private static IEnumerable<string> Binaries(string root) =>
        Directory.EnumerateFiles(root, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint })
            .Where(ElfReader.IsElf).Select(f => Path.GetRelativePath(root, f)).Order(StringComparer.Ordinal);

    private static VerifyCheck Failed(Problem problem) => new("sbom", "", problem);
}
