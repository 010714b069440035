using Fairlead.Core.Identity;
using Fairlead.Core.Results;
using Fairlead.Oci.Images;
using Fairlead.Oci.Layouts;
using Fairlead.Oci.Registries.Transfers;
using Fairlead.Oci.Registries.Transport;

namespace Fairlead.Oci.Registries;

/// <param name="Unchanged">The tag had this content before; nothing was sent.</param>
/// <param name="Referrers">Artifacts about the image that went with it.</param>
public sealed record PushReport(ImageReference Reference, Digest Digest, bool Unchanged, IReadOnlyList<TransferredBlob> Blobs, IReadOnlyList<Descriptor> Referrers);

/// <summary>Pushes an image: its blobs, then the artifacts about it, its tag last, so that a tag never points at a part.</summary>
public static class ImagePush
{
    /// <param name="target">Without a tag it gets the image's version.</param>
    /// <param name="force">Whether a tag with another content is moved.</param>
    public static Task<Result<PushReport>> RunAsync(
        StoreSession session, LoadedImage image, ImageReference target, bool force, RegistryOptions options, IProgress<TransferProgress>? progress, CancellationToken cancellationToken) =>
        StoreIo.GuardAsync(session.Store.Folder, async () =>
        {
            try
            {
                using var http = await RegistryHttp.ConnectAsync(target.Registry, options, cancellationToken);
                var repository = new RemoteRepository(http, target.Registry, target.Repository, writing: true);
                var reference = target.Tag is null ? target.WithTag(image.Stored.Name.Version) : target;
                return await new PushRun(session, image, reference, repository, options, progress).RunAsync(force, cancellationToken);
            }
            catch (RegistryException e)
            {
                return e.Problem;
            }
        });
}

internal sealed class PushRun(StoreSession session, LoadedImage image, ImageReference reference, RemoteRepository repository, RegistryOptions options, IProgress<TransferProgress>? progress)
{
    private readonly Descriptor _manifest = image.Stored.Manifest;

    public async Task<Result<PushReport>> RunAsync(bool force, CancellationToken cancellationToken)
    {
        var bytes = session.Store.ReadBlob(_manifest);
        if (!bytes.TryGet(out var manifest)) return Result.Fail<PushReport>(bytes.Problems);
        var read = await session.OpenReferrersAsync(_manifest.Digest, cancellationToken);
        if (!read.TryGet(out var referrers)) return Result.Fail<PushReport>(read.Problems);
        if (await IsThereAsync(force, cancellationToken)) return new PushReport(reference, _manifest.Digest, Unchanged: true, [], []);

        var blobs = await SendBlobsAsync([.. image.Manifest.Blobs], MountSources.Find(session.Store, reference), cancellationToken);
        await SendReferrersAsync(referrers, cancellationToken);
        // Again, since others may have pushed meanwhile.
        if (await IsThereAsync(force, cancellationToken)) return new PushReport(reference, _manifest.Digest, Unchanged: true, blobs, []);
        await repository.PutManifestAsync(reference.Tag!, manifest, _manifest.MediaType, cancellationToken);
        await session.Store.NoteRemoteAsync(image.Stored, reference.ToString(), cancellationToken);
        return new PushReport(reference, _manifest.Digest, Unchanged: false, blobs, [.. referrers.Select(r => r.Descriptor)]);
    }

    private async Task<bool> IsThereAsync(bool force, CancellationToken cancellationToken)
    {
        var there = await repository.DigestOfTagAsync(reference.Tag!, cancellationToken);
        if (there is not null && there != _manifest.Digest && !force) throw new RegistryException(RegistryProblems.TagTaken(reference, there, _manifest.Digest));
        return there == _manifest.Digest;
    }

    private async Task<IReadOnlyList<TransferredBlob>> SendBlobsAsync(IReadOnlyList<Descriptor> blobs, ILookup<Digest, string> elsewhere, CancellationToken cancellationToken)
    {
        var (sent, gate) = (new Dictionary<Digest, TransferredBlob>(), new Lock());
        // The largest first: what is last should not be what takes longest.
        await Parallel.ForEachAsync(
            blobs.DistinctBy(b => b.Digest).OrderByDescending(b => b.Size),
            new ParallelOptions { MaxDegreeOfParallelism = options.Parallelism, CancellationToken = cancellationToken },
            async (blob, token) =>
            {
                var upload = new BlobUpload(repository, options, blob, () => Open(blob), sent => progress?.Report(new TransferProgress(blob, TransferState.Moving, sent)));
                var state = await upload.RunAsync(elsewhere[blob.Digest], token);
                progress?.Report(new TransferProgress(blob, state, blob.Size));
                lock (gate) sent[blob.Digest] = new TransferredBlob(blob, state);
            });
        return [.. blobs.DistinctBy(b => b.Digest).Select(b => sent[b.Digest])];
    }

    private Stream Open(Descriptor blob)
    {
        var opened = session.Store.OpenBlob(blob);
        return opened.TryGet(out var stream) ? stream : throw new RegistryException(opened.Problems[0]);
    }

    private async Task SendReferrersAsync(IReadOnlyList<Referrer> referrers, CancellationToken cancellationToken)
    {
        var unlisted = new List<Descriptor>();
        foreach (var referrer in referrers)
        {
            await SendBlobsAsync([.. referrer.Manifest.Blobs], MountSources.None, cancellationToken);
            var bytes = session.Store.ReadBlob(referrer.Descriptor);
            if (!bytes.TryGet(out var manifest)) throw new RegistryException(bytes.Problems[0]);
            var listed = await repository.PutManifestAsync(referrer.Descriptor.Digest.Value, manifest, referrer.Descriptor.MediaType, cancellationToken);
            if (!listed) unlisted.Add(referrer.Descriptor);
        }

        if (unlisted.Count > 0) await RemoteReferrers.AddToTagAsync(repository, _manifest.Digest, unlisted, cancellationToken);
    }
}
