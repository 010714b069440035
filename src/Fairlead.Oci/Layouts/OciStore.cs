using System.Globalization;
using Fairlead.Core.Homes;
using Fairlead.Core.Identity;
using Fairlead.Core.Results;
using Fairlead.Oci.Images;
using Fairlead.Oci.Layers;

namespace Fairlead.Oci.Layouts;

/// <summary>
/// The images of a home: a content-addressed store that is an OCI image layout, so that other tools read it where it lies.
/// Several processes may use it at once, and any of them may be killed at any moment.
/// </summary>
public sealed class OciStore
{
    private readonly IndexFile _index;

    public OciStore(FairleadHome home, TimeProvider time)
    {
        Layout = new LayoutFolder(home.Images);
        Time = time;
        LayerCache = new LayerCache(Path.Combine(home.Cache, "layers"));
        _index = new IndexFile(Layout);
    }

    public string Folder => Layout.Root;

    internal LayoutFolder Layout { get; }

    internal TimeProvider Time { get; }

    internal LayerCache LayerCache { get; }

    /// <summary>Starts work on the store; makes the store where there is none, and removes what dead processes left.</summary>
    public Task<Result<StoreSession>> BeginAsync(CancellationToken cancellationToken) =>
        StoreIo.GuardAsync<StoreSession>(Folder, async () => await StoreSession.BeginAsync(this, cancellationToken));

    /// <summary>Every image, by name.</summary>
    public Result<IReadOnlyList<StoredImage>> List()
    {
        var read = _index.Read();
        return read.TryGet(out var index)
            ? Result.Ok<IReadOnlyList<StoredImage>>([.. index.Manifests.Select(ToStored).OfType<StoredImage>()])
            : Result.Fail<IReadOnlyList<StoredImage>>(read.Problems);
    }

    public Result<StoredImage> Find(ImageName name)
    {
        var listed = List();
        if (!listed.TryGet(out var images)) return Result.Fail<StoredImage>(listed.Problems);
        return images.FirstOrDefault(i => i.Name == name) is { } found ? found : OciProblems.NoImage(name, images);
    }

    /// <summary>Reads an image's documents and checks their digests.</summary>
    public Result<LoadedImage> Load(ImageName name)
    {
        var found = Find(name);
        return found.TryGet(out var image) ? Load(image) : Result.Fail<LoadedImage>(found.Problems);
    }

    /// <inheritdoc cref="Load(ImageName)"/>
    public Result<LoadedImage> Load(StoredImage image)
    {
        var manifestRead = ReadManifest(image.Manifest);
        if (!manifestRead.TryGet(out var manifest)) return Result.Fail<LoadedImage>(manifestRead.Problems);
        var bytes = BlobReader.Read(Layout, manifest.Config);
        if (!bytes.TryGet(out var json)) return Result.Fail<LoadedImage>(bytes.Problems);
        var config = OciJson.ReadConfig(json, $"The configuration of {image.Name}");
        return config.TryGet(out var read) ? new LoadedImage(image, manifest, read) : Result.Fail<LoadedImage>(config.Problems);
    }

    public Result<ImageManifest> ReadManifest(Descriptor descriptor)
    {
        var bytes = BlobReader.Read(Layout, descriptor);
        return bytes.TryGet(out var json) ? OciJson.ReadManifest(json, $"The manifest {descriptor.Digest}") : Result.Fail<ImageManifest>(bytes.Problems);
    }

    /// <summary>A small blob, its digest checked.</summary>
    public Result<byte[]> ReadBlob(Descriptor descriptor) => BlobReader.Read(Layout, descriptor);

    /// <summary>A blob's bytes as they are; <see cref="VerifyAsync"/> checks them.</summary>
    public Result<Stream> OpenBlob(Descriptor descriptor) => BlobReader.Open(Layout, descriptor);

    /// <summary>The artifacts about a manifest, such as its SBOM.</summary>
    public Result<IReadOnlyList<Referrer>> Referrers(Digest subject)
    {
        var read = _index.Read();
        if (!read.TryGet(out var index)) return Result.Fail<IReadOnlyList<Referrer>>(read.Problems);
        var found = new List<Referrer>();
        foreach (var entry in index.Manifests.Where(m => MediaTypes.IsManifest(m.MediaType) && m.Annotation(AnnotationKeys.RefName) is null))
        {
            if (ReadManifest(entry).TryGet(out var manifest) && manifest.Subject?.Digest == subject) found.Add(new Referrer(entry, manifest));
        }

        return Result.Ok<IReadOnlyList<Referrer>>(found);
    }

    /// <summary>Takes a name away, and the referrers of an image that no other name means. Space is freed by <see cref="PruneAsync"/>.</summary>
    public Task<Result<Done>> RemoveAsync(ImageName name, CancellationToken cancellationToken) => StoreIo.GuardAsync(Folder, async () =>
    {
        var found = Find(name);
        if (!found.IsOk) return Result.Fail<Done>(found.Problems);
        return await ChangeIndexAsync(all => [.. all.Where(m => m.Annotation(AnnotationKeys.RefName) != name.ToString())], cancellationToken);
    });

    /// <summary>Removes every blob that no image and no living session needs.</summary>
    public Task<Result<PruneReport>> PruneAsync(CancellationToken cancellationToken) =>
        StoreIo.GuardAsync(Folder, () => new Pruning(this, _index).RunAsync(cancellationToken));

    /// <summary>Reads every blob and compares it with its digest; looks for what images lack.</summary>
    /// <returns>The number of blobs read, or a problem for each that is wrong.</returns>
    public Task<Result<int>> VerifyAsync(CancellationToken cancellationToken) =>
        StoreIo.GuardAsync(Folder, () => new Verification(this, _index).RunAsync(cancellationToken));

    internal async Task<Result<Done>> ChangeIndexAsync(Func<IReadOnlyList<Descriptor>, IReadOnlyList<Descriptor>> change, CancellationToken cancellationToken)
    {
        using var taken = await FileLock.TakeAsync(Layout.Lock, Time, cancellationToken);
        var read = _index.Read();
        if (!read.TryGet(out var index)) return Result.Fail<Done>(read.Problems);
        _index.Write(index with { Manifests = change(index.Manifests) });
        return Result.Done;
    }

    /// <summary>Remembers where an image has been pushed to, unless its name means another one by now.</summary>
    internal Task<Result<Done>> NoteRemoteAsync(StoredImage image, string remote, CancellationToken cancellationToken) => ChangeIndexAsync(
        all => [.. all.Select(m => m.Digest == image.Manifest.Digest && m.Annotation(AnnotationKeys.RefName) == image.Name.ToString() ? m.With(AnnotationKeys.Remote, remote) : m)],
        cancellationToken);

    internal static StoredImage? ToStored(Descriptor descriptor)
    {
        if (!ImageName.TryParse(descriptor.Annotation(AnnotationKeys.RefName), out var name)) return null;
        var added = DateTimeOffset.TryParse(descriptor.Annotation(AnnotationKeys.Added), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : DateTimeOffset.UnixEpoch;
        return new StoredImage(name, descriptor, added, descriptor.Annotation(AnnotationKeys.Remote));
    }
}
