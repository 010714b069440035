using Fairlead.Core.Identity;
using Fairlead.Core.Results;
using Fairlead.Oci.Images;
using Fairlead.Oci.Layouts;

namespace Fairlead.Oci;

/// <summary>Problems of layers, documents and the store, FL70xx and FL71xx.</summary>
internal static class OciProblems
{
    private const int Listed = 8;

    public static Problem SourceUnreadable(string path, string reason) =>
        new("FL7001", $"{path} cannot be packed: {reason.TrimEnd('.')}.", "Check that the file is there and that this user may read it.");

    public static Problem SourceChanged(string path) =>
        new("FL7002", $"{path} changed while it was packed.", "Pack again when nothing writes to it.");

    public static Problem BadSourceDate(string value) =>
        new("FL7003", $"SOURCE_DATE_EPOCH is '{value}', which is no number of seconds since 1970.", "Set it to a number such as 1767225600, or unset it.");

    public static Problem DocumentUnreadable(string subject, string reason) =>
        new("FL7101", $"{subject} cannot be understood: {reason.Split(" Path:")[0].TrimEnd('.')}.", "It is damaged, or no OCI document. Build or pull the image again.");

    public static Problem DocumentTooLarge(Digest digest, long size) =>
        new("FL7102", $"The document {digest} has {size} bytes; no manifest or configuration is that large.", "Build or pull the image again.");

    public static Problem StoreFull(string store, string reason) =>
        new("FL7103", $"There is no room in the image store {store}: {reason.TrimEnd('.')}.", "Free some space ('fairlead images prune' removes what no image needs), or set FAIRLEAD_HOME to a folder on another disk.");

    public static Problem StoreNotWritable(string store, string reason) =>
        new("FL7104", $"The image store {store} cannot be used: {reason.TrimEnd('.')}.", "Give this user the right to write there, or set FAIRLEAD_HOME to another folder.");

    public static Problem StoreUnreadable(string path, string reason) =>
        new("FL7105", $"{path} cannot be read: {reason.TrimEnd('.')}.", "Check its permissions and the disk.");

    public static Problem StoreBusy(string path) =>
        new("FL7106", $"Another process has held {path} for more than a minute.", "End that process ('fuser' shows it), or let it go on if it was stopped.");

    public static Problem NoImage(ImageName name, IReadOnlyList<StoredImage> images) => new(
        "FL7107",
        $"There is no image '{name}' in the local store.",
        images.Count == 0 ? "'fairlead build' makes one; 'fairlead pull' fetches one." : $"There are: {string.Join(", ", images.Take(Listed).Select(i => i.Name))}{(images.Count > Listed ? " and more ('fairlead images')" : "")}.");

    public static Problem BlobMissing(Digest digest, string store) =>
        new("FL7108", $"The blob {digest} is not in the image store {store}.", "Build or pull the image again.");

    public static Problem BlobDamaged(string path) =>
        new("FL7109", $"{path} is not what its name says: its content has another digest.", "Delete that file and build or pull the image again; if it comes back, check the disk.");

    public static Problem NoPlatform(Digest digest, ImageIndex index) => new(
        "FL7110",
        $"The image {digest} is for {string.Join(", ", index.Manifests.Where(m => m.Platform is not null).Select(m => $"{m.Platform!.OperatingSystem}/{m.Platform.Architecture}"))}; this machine is linux/{PlatformChoice.Architecture}.",
        "Use an image that was built for this machine's processor.");
}
