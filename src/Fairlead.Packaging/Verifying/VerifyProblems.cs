using Fairlead.Core.Results;

namespace Fairlead.Packaging.Verifying;

internal static class VerifyProblems
{
    private const string Again = "Build the image again, or pull it again from where it came from.";

    public static Problem BlobWrong(string digest, string actual) =>
        new("FL2330", $"The blob {digest} has the digest {actual}.", Again);

    public static Problem RunsAsRoot(string user) =>
        new("FL2331", user.Length == 0 ? "The image names no user, so that it runs as root." : $"The image runs as '{user}'.", "Set a user other than root, such as 65532.");

    public static Problem SbomMissing() =>
        new("FL2332", "The image has no SBOM that can be read.", Again);

    public static Problem SbomDiffers(string what) =>
        new("FL2333", $"The image is not what its SBOM says: {what}.", Again);

    public static Problem SecretInImage(string path, string kind) =>
        new("FL2334", $"'{path}' in the image holds {kind}.", "Remove it from the folder and build again; take the secret for known and replace it.");
}
