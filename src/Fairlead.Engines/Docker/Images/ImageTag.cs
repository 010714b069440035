using Fairlead.Core.Engines;
using Fairlead.Core.Identity;

namespace Fairlead.Engines.Docker.Images;

/// <summary>What an image of the local store is called in the daemon: by its content, so that no tag of the user's is moved.</summary>
internal static class ImageTag
{
    private const string Folder = "fairlead/";

    public static string RepositoryOf(SourceImage image) => Folder + image.Name[..image.Name.LastIndexOf(':')];

    public static string Of(SourceImage image) => $"{RepositoryOf(image)}:{image.Manifest.Hex}";

    /// <summary>Matches an image by its manifest, whatever its name.</summary>
    public static string PatternOf(Digest manifest) => $"{Folder}*:{manifest.Hex}";
}
