using Fairlead.Packaging.Closure;

namespace Fairlead.Packaging.Sbom;

/// <summary>Something with a version that is in an image.</summary>
/// <param name="Purl">Its package URL (package-url.github.io), by which scanners know it; null when it has none.</param>
/// <param name="Licence">An SPDX licence expression; null when it is not known.</param>
/// <param name="Files">Its files in the image.</param>
internal sealed record Component(string Name, string Version, string? Purl, string? Licence, IReadOnlyList<ImageFile> Files)
{
    public static Component Of(DebianPackage package, IReadOnlyList<ImageFile> files)
    {
        // purl-spec: the source package is a qualifier, which security notices are looked up by.
        var upstream = package.Source == package.Name && package.SourceVersion == package.Version ? "" : $"&upstream={Escape($"{package.Source}@{package.SourceVersion}")}";
        return new Component(package.Name, package.Version, $"pkg:deb/debian/{Escape(package.Name)}@{Escape(package.Version)}?arch={package.Architecture}{upstream}", null, files);
    }

    public static Component OfNuGet(string name, string version, string? licence = null) =>
        new(name, version, $"pkg:nuget/{Escape(name)}@{Escape(version)}", licence, []);

    private static string Escape(string text) => Uri.EscapeDataString(text).Replace("%3A", ":", StringComparison.Ordinal);
}

/// <param name="Path">In the image, relative to its root.</param>
/// <param name="Sha1">In hexadecimal digits; SPDX demands it beside the one that proves something.</param>
internal sealed record ImageFile(string Path, string Sha1, string Sha256);
