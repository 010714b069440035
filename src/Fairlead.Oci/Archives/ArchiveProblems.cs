using Fairlead.Core.Identity;
using Fairlead.Core.Results;

namespace Fairlead.Oci.Archives;

/// <summary>Problems of archives, FL721x.</summary>
internal static class ArchiveProblems
{
    public static Problem NoArchive(string source, string reason) =>
        new("FL7211", $"{source} is no image archive: {reason.TrimEnd('.')}.", "Give a file that 'fairlead images export', 'docker save', 'podman save' or 'skopeo copy' wrote, plain or compressed with gzip.");

    public static Problem BlobMissing(Digest digest) =>
        new("FL7212", $"The archive lacks the blob {digest}, or has it under a wrong name.", "The file is cut short or was made wrong; export the image again.");

    public static Problem FileMissing(string path) =>
        new("FL7213", $"The archive lacks the file '{path}', which its manifest names.", "The file is cut short or was made wrong; export the image again.");

    public static Problem NoName(string source, string? written) =>
        new("FL7214", written is null ? $"An image in {source} has no name." : $"An image in {source} is named '{written}', which is no name:version.", "Give it one: --name NAME:VERSION");

    public static Problem NotOneImage(string source, int images) =>
        new("FL7215", $"{source} holds {images} images, so one name does not fit.", "Leave --name away to take the archive's names.");
}
