using Fairlead.Cli.Output;
using Fairlead.Oci.Images;
using Fairlead.Oci.Layouts;
using Fairlead.Oci.Registries;
using Fairlead.Oci.Registries.Transfers;

namespace Fairlead.Cli.Images;

/// <param name="Size">Bytes of manifest, configuration and layers.</param>
/// <param name="Shared">Bytes of it that other images have too.</param>
/// <param name="Remote">Where it was pulled from or pushed to last.</param>
internal sealed record ImageItem(string Name, string Version, string Digest, long Size, long Shared, DateTimeOffset Added, string? Remote)
{
    public static ImageItem Of(ImageRow row) =>
        new(row.Image.Stored.Name.Name, row.Image.Stored.Name.Version, row.Image.Stored.Manifest.Digest.Value, row.Image.Size, row.Shared, row.Image.Stored.Added, row.Image.Stored.Remote);
}

/// <param name="State"><c>present</c>, <c>mounted</c> or <c>moved</c>.</param>
internal sealed record TransferItem(string Digest, long Size, string Title, string State)
{
    public static IReadOnlyList<TransferItem> Of(IReadOnlyList<TransferredBlob> blobs) =>
        [.. blobs.Select(b => new TransferItem(b.Blob.Digest.Value, b.Blob.Size, TransferView.NameOf(b.Blob), b.State.ToString().ToLowerInvariant()))];
}

/// <param name="Unchanged">The tag had this content before.</param>
/// <param name="Referrers">Digests of the artifacts about the image that went along.</param>
internal sealed record PushItem(string Reference, string Digest, bool Unchanged, long SentBytes, IReadOnlyList<TransferItem> Blobs, IReadOnlyList<string> Referrers)
{
    public static PushItem Of(PushReport report) =>
        new(report.Reference.ToString(), report.Digest.Value, report.Unchanged, report.Blobs.Sum(b => b.Moved), TransferItem.Of(report.Blobs), [.. report.Referrers.Select(r => r.Digest.Value)]);
}

/// <param name="Verified">What <c>--verify</c> found; null without it.</param>
internal sealed record PullItem(string Name, string Version, string Digest, string Reference, long ReceivedBytes, IReadOnlyList<TransferItem> Blobs, VerifyJson? Verified)
{
    public static PullItem Of(PullReport report, VerifyJson? verified) => new(
        report.Image.Name.Name, report.Image.Name.Version, report.Image.Manifest.Digest.Value, report.Reference.ToString(), report.Blobs.Sum(b => b.Moved), TransferItem.Of(report.Blobs), verified);
}

internal sealed record PruneItem(IReadOnlyList<string> Removed, long Bytes)
{
    public static PruneItem Of(PruneReport report) => new([.. report.Removed.Select(d => d.Value)], report.Bytes);
}

/// <param name="Images">The names that were taken away.</param>
internal sealed record RemoveItem(IReadOnlyList<string> Images, PruneItem Freed);

internal sealed record ExportItem(string Image, string File, string Format, long Size);

internal sealed record ImportItem(string Name, string Version, string Digest)
{
    public static ImportItem Of(StoredImage image) => new(image.Name.Name, image.Name.Version, image.Manifest.Digest.Value);
}
