using Fairlead.Core.Homes;
using Fairlead.Core.Identity;
using Fairlead.Core.Manifests;
using Fairlead.Core.Results;

namespace Fairlead.Packaging;

/// <summary>What an image is asked to be built from.</summary>
/// <param name="Folder">The manifest's folder, which its paths are relative to.</param>
/// <param name="ManifestDigest">Of the manifest's own bytes, for the provenance.</param>
/// <param name="ServerFolder">Where the published model server lies.</param>
/// <param name="Variable">The environment: <c>SOURCE_DATE_EPOCH</c>, and where values of <c>secrets</c> may be.</param>
public sealed record BuildOrder(Manifest Manifest, string Folder, Digest ManifestDigest, FairleadHome Home, string ServerFolder, Func<string, string?> Variable)
{
    /// <summary>Told of each step when it is done: what, and more about it.</summary>
    public Action<string, string> Done { get; init; } = static (_, _) => { };

    /// <summary>Reads the manifest's file for its digest.</summary>
    public static Result<BuildOrder> Of(Manifest manifest, string manifestPath, FairleadHome home, string serverFolder, Func<string, string?> variable)
    {
        try
        {
            return new BuildOrder(manifest, Path.GetDirectoryName(Path.GetFullPath(manifestPath))!, Digest.Of(File.ReadAllBytes(manifestPath)), home, serverFolder, variable);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return PackagingProblems.SourceUnreadable(manifestPath, e.Message);
        }
    }
}
