using Fairlead.Core.Identity;
using Fairlead.Core.Results;
using Fairlead.Oci.Images;
using Fairlead.Oci.Layouts;
using Fairlead.Oci.Registries.Transfers;
using Fairlead.Oci.Registries.Transport;

namespace Fairlead.Oci.Registries;

/// <param name="Blobs">Configuration and layers, those of the artifacts about the image left out.</param>
public sealed record PullReport(StoredImage Image, ImageReference Reference, IReadOnlyList<TransferredBlob> Blobs, IReadOnlyList<Descriptor> Referrers);

/// <summary>Pulls an image into the store: every digest checked, the name given last.</summary>
public static class ImagePull
{
    private const int ShownDigits = 12;

    public static Task<Result<PullReport>> RunAsync(
        StoreSession session, ImageReference reference, RegistryOptions options, IProgress<TransferProgress>? progress, CancellationToken cancellationToken) =>
        StoreIo.GuardAsync(session.Store.Folder, async () =>
        {
            if (reference.Tag is null && reference.Digest is null) return RegistryProblems.NoTag(reference);
            try
            {
                using var http = await RegistryHttp.ConnectAsync(reference.Registry, options, cancellationToken);
                var repository = new RemoteRepository(http, reference.Registry, reference.Repository, writing: false);
                return await new PullRun(session, reference, repository, options, progress).RunAsync(cancellationToken);
            }
            catch (RegistryException e)
            {
                return e.Problem;
            }
        });

    /// <summary>What an image is called here: the repository's last part, and the tag or the start of the digest.</summary>
    internal static ImageName NameOf(ImageReference reference) =>
        ImageName.Parse($"{reference.ShortName}:{reference.Tag ?? $"sha256-{reference.Digest!.Hex[..ShownDigits]}"}");
}

internal sealed class PullRun(StoreSession session, ImageReference reference, RemoteRepository repository, RegistryOptions options, IProgress<TransferProgress>? progress)
{
    public async Task<Result<PullReport>> RunAsync(CancellationToken cancellationToken)
    {
        var remote = await FindAsync(reference.Digest?.Value ?? reference.Tag!, cancellationToken);
        var manifest = Parse(remote);
        var blobs = await ReceiveAsync(manifest, cancellationToken);
        var referrers = await ReceiveReferrersAsync(remote.Descriptor.Digest, cancellationToken);
        var added = await session.AddImageAsync(ImagePull.NameOf(reference), remote.Bytes, manifest, reference.ToString(), cancellationToken);
        return added.TryGet(out var image) ? new PullReport(image, reference, blobs, referrers) : Result.Fail<PullReport>(added.Problems);
    }

    private async Task<RemoteManifest> FindAsync(string tagOrDigest, CancellationToken cancellationToken)
    {
        var found = await GetAsync(tagOrDigest, cancellationToken);
        if (!MediaTypes.IsIndex(found.Descriptor.MediaType)) return found;
        var read = OciJson.ReadIndex(found.Bytes, $"The index of {reference}");
        if (!read.TryGet(out var index)) throw new RegistryException(read.Problems[0]);
        var chosen = PlatformChoice.Of(index) ?? throw new RegistryException(OciProblems.NoPlatform(found.Descriptor.Digest, index));
        // Not another index: a registry could go on for ever.
        return await GetAsync(chosen.Digest.Value, cancellationToken);
    }

    private async Task<RemoteManifest> GetAsync(string tagOrDigest, CancellationToken cancellationToken) =>
        await repository.GetManifestAsync(tagOrDigest, cancellationToken) ?? throw new RegistryException(RegistryProblems.NotFound(reference));

    private ImageManifest Parse(RemoteManifest remote)
    {
        if (!MediaTypes.IsManifest(remote.Descriptor.MediaType)) throw new RegistryException(RegistryProblems.NotAnImage(reference, remote.Descriptor.MediaType));
        var read = OciJson.ReadManifest(remote.Bytes, $"The manifest of {reference}");
        if (!read.TryGet(out var manifest)) throw new RegistryException(read.Problems[0]);
        // Docker's registry leaves the type to the header.
        return manifest.MediaType is null ? manifest with { MediaType = remote.Descriptor.MediaType } : manifest;
    }

    private async Task<IReadOnlyList<TransferredBlob>> ReceiveAsync(ImageManifest manifest, CancellationToken cancellationToken)
    {
        var (received, gate) = (new Dictionary<Digest, TransferredBlob>(), new Lock());
        await Parallel.ForEachAsync(
            manifest.Blobs.DistinctBy(b => b.Digest).OrderByDescending(b => b.Size),
            new ParallelOptions { MaxDegreeOfParallelism = options.Parallelism, CancellationToken = cancellationToken },
            async (blob, token) =>
            {
                var download = new BlobDownload(repository, options, blob, arrived => progress?.Report(new TransferProgress(blob, TransferState.Moving, arrived)));
                var state = await download.RunAsync(session, token);
                progress?.Report(new TransferProgress(blob, state, blob.Size));
                lock (gate) received[blob.Digest] = new TransferredBlob(blob, state);
            });
        return [.. manifest.Blobs.DistinctBy(b => b.Digest).Select(b => received[b.Digest])];
    }

    private async Task<IReadOnlyList<Descriptor>> ReceiveReferrersAsync(Digest subject, CancellationToken cancellationToken)
    {
        var received = new List<Descriptor>();
        foreach (var listed in await RemoteReferrers.ListAsync(repository, subject, cancellationToken))
        {
            var remote = await GetAsync(listed.Digest.Value, cancellationToken);
            var manifest = Parse(remote);
            // The list is the registry's word; that an artifact is about this image is the artifact's own.
            if (manifest.Subject?.Digest != subject) continue;
            await ReceiveAsync(manifest, cancellationToken);
            var added = await session.AddReferrerAsync(remote.Bytes, manifest, cancellationToken);
            received.Add(added.TryGet(out var descriptor) ? descriptor : throw new RegistryException(added.Problems[0]));
        }

        return received;
    }
}
