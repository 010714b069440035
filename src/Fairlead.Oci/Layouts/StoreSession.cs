using Fairlead.Core.Identity;
using Fairlead.Core.Results;
using Fairlead.Oci.Images;
using Fairlead.Oci.Layers;

namespace Fairlead.Oci.Layouts;

/// <summary>
/// One command's work on the store. Whatever it adds, finds or reads is safe from <see cref="OciStore.PruneAsync"/> until it
/// is disposed or its process dies. Safe for parallel use.
/// </summary>
public sealed class StoreSession : IAsyncDisposable
{
    private readonly LayoutFolder _layout;
    private readonly TimeProvider _time;
    private readonly SessionFolder _folder;
    private readonly LayerBuilder _layers;

    private StoreSession(OciStore store, SessionFolder folder)
    {
        (Store, _layout, _time, _folder) = (store, store.Layout, store.Time, folder);
        _layers = new LayerBuilder(this, store.LayerCache, store.Time);
    }

    public OciStore Store { get; }

    internal static async Task<StoreSession> BeginAsync(OciStore store, CancellationToken cancellationToken)
    {
        var layout = store.Layout;
        Directory.CreateDirectory(layout.Sessions);
        using var taken = await FileLock.TakeAsync(layout.Lock, store.Time, cancellationToken);
        Directory.CreateDirectory(layout.Blobs);
        new IndexFile(layout).Create();
        SessionFolder.RemoveDead(layout);
        return new StoreSession(store, SessionFolder.Create(layout));
    }

    /// <summary>Builds a layer, or finds that it is there already.</summary>
    /// <exception cref="ArgumentException">Entries contradict each other.</exception>
    public Task<Result<BuiltLayer>> AddLayerAsync(LayerSpec spec, CancellationToken cancellationToken) =>
        GuardAsync(() => _layers.BuildAsync(spec, cancellationToken));

    /// <summary>Adds a small document.</summary>
    public Task<Result<Descriptor>> AddBlobAsync(ReadOnlyMemory<byte> content, string mediaType, CancellationToken cancellationToken) => GuardAsync<Descriptor>(async () =>
    {
        var digest = Digest.Of(content.Span);
        var blob = CreateBlob();
        await using (blob)
        {
            await blob.Stream.WriteAsync(content, cancellationToken);
            await blob.PublishAsync(digest, cancellationToken);
        }

        return new Descriptor { MediaType = mediaType, Digest = digest, Size = content.Length };
    });

    /// <summary>Adds an image under a name, which then no longer means what it meant before.</summary>
    /// <param name="remote">The registry reference that it came from, if any.</param>
    public Task<Result<StoredImage>> AddImageAsync(ImageName name, ImageManifest manifest, string? remote, CancellationToken cancellationToken) =>
        AddImageAsync(name, OciJson.Write(manifest), manifest, remote, cancellationToken);

    /// <summary>Adds an artifact about another manifest, its <see cref="ImageManifest.Subject"/>.</summary>
    /// <exception cref="ArgumentException">The manifest has no subject.</exception>
    public Task<Result<Descriptor>> AddReferrerAsync(ImageManifest manifest, CancellationToken cancellationToken)
    {
        if (manifest.Subject is null) throw new ArgumentException("A referrer has a subject.", nameof(manifest));
        return AddReferrerAsync(OciJson.Write(manifest), manifest, cancellationToken);
    }

    /// <summary>Reads an image and keeps all of its blobs while this session lasts.</summary>
    public Task<Result<LoadedImage>> OpenImageAsync(ImageName name, CancellationToken cancellationToken) => GuardAsync(async () =>
    {
        using var taken = await FileLock.TakeAsync(_layout.Lock, _time, cancellationToken);
        var loaded = Store.Load(name);
        if (loaded.TryGet(out var image)) _folder.Lease([image.Stored.Manifest.Digest, .. image.Manifest.Blobs.Select(b => b.Digest)]);
        return loaded;
    });

    /// <summary>Reads the artifacts about a manifest and keeps all of their blobs while this session lasts.</summary>
    public Task<Result<IReadOnlyList<Referrer>>> OpenReferrersAsync(Digest subject, CancellationToken cancellationToken) => GuardAsync(async () =>
    {
        using var taken = await FileLock.TakeAsync(_layout.Lock, _time, cancellationToken);
        var read = Store.Referrers(subject);
        if (read.TryGet(out var referrers)) _folder.Lease(referrers.SelectMany(r => r.Manifest.Blobs.Append(r.Descriptor)).Select(b => b.Digest));
        return read;
    });

    public async ValueTask DisposeAsync()
    {
        using (_folder)
        {
            try
            {
                using var taken = await FileLock.TakeAsync(_layout.Lock, _time, CancellationToken.None);
                _folder.Remove();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // The next session removes it: without its lock it counts as dead.
            }
        }
    }

    /// <param name="bytes">The manifest as it was written, which its digest is of.</param>
    internal Task<Result<StoredImage>> AddImageAsync(ImageName name, ReadOnlyMemory<byte> bytes, ImageManifest manifest, string? remote, CancellationToken cancellationToken) => GuardAsync(async () =>
    {
        if (await MissingAsync(manifest, cancellationToken) is { } missing) return missing;
        var added = await AddBlobAsync(bytes, manifest.MediaType ?? MediaTypes.Manifest, cancellationToken);
        if (!added.TryGet(out var descriptor)) return Result.Fail<StoredImage>(added.Problems);
        var named = descriptor.With(AnnotationKeys.RefName, name.ToString()).With(AnnotationKeys.Added, InstantConverter.ToText(_time.GetUtcNow()));
        if (remote is not null) named = named.With(AnnotationKeys.Remote, remote);
        var changed = await Store.ChangeIndexAsync(all => [.. all.Where(m => m.Annotation(AnnotationKeys.RefName) != name.ToString()), named], cancellationToken);
        return changed.IsOk ? OciStore.ToStored(named)! : Result.Fail<StoredImage>(changed.Problems);
    });

    internal Task<Result<Descriptor>> AddReferrerAsync(ReadOnlyMemory<byte> bytes, ImageManifest manifest, CancellationToken cancellationToken) => GuardAsync(async () =>
    {
        if (await MissingAsync(manifest, cancellationToken) is { } missing) return missing;
        var added = await AddBlobAsync(bytes, manifest.MediaType ?? MediaTypes.Manifest, cancellationToken);
        if (!added.TryGet(out var descriptor)) return added;
        var listed = descriptor with { ArtifactType = manifest.TypeOfArtifact, Annotations = manifest.Annotations };
        var changed = await Store.ChangeIndexAsync(all => [.. all.Where(m => m.Digest != listed.Digest || m.Annotation(AnnotationKeys.RefName) is not null), listed], cancellationToken);
        return changed.IsOk ? listed : Result.Fail<Descriptor>(changed.Problems);
    });

    /// <summary>A blob that is written here and gets its name when it is whole.</summary>
    internal NewBlob CreateBlob() => new(this, _layout, _folder.NewFile());

    /// <summary>Keeps a blob while this session lasts.</summary>
    /// <returns>Whether it is there.</returns>
    internal async Task<bool> HoldAsync(Digest digest, long size, CancellationToken cancellationToken)
    {
        // Under the lock: a prune has either seen the lease or is over.
        using var taken = await FileLock.TakeAsync(_layout.Lock, _time, cancellationToken);
        _folder.Lease([digest]);
        return _layout.Has(digest, size);
    }

    private async Task<Problem?> MissingAsync(ImageManifest manifest, CancellationToken cancellationToken)
    {
        foreach (var blob in manifest.Blobs)
        {
            if (!await HoldAsync(blob.Digest, blob.Size, cancellationToken)) return OciProblems.BlobMissing(blob.Digest, Store.Folder);
        }

        return null;
    }

    private Task<Result<T>> GuardAsync<T>(Func<Task<Result<T>>> work) => StoreIo.GuardAsync(Store.Folder, work);
}
