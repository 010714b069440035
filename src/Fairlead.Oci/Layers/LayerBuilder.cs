using Fairlead.Core.Identity;
using Fairlead.Core.Results;
using Fairlead.Oci.Images;
using Fairlead.Oci.Layouts;

namespace Fairlead.Oci.Layers;

/// <summary>
/// Gets a layer into the store with the least work: known by its files' stamps, nothing is read; known by its tar, nothing
/// is compressed.
/// </summary>
internal sealed class LayerBuilder(StoreSession session, LayerCache cache, TimeProvider time)
{
    // A file written twice within a tick of the file system's clock keeps its stamp, so young stamps prove nothing.
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(2);

    public async Task<Result<BuiltLayer>> BuildAsync(LayerSpec spec, CancellationToken cancellationToken)
    {
        var ordered = LayerOrder.Of(spec.Entries);
        var stamped = Stamps(ordered);
        if (!stamped.TryGet(out var stamps)) return Result.Fail<BuiltLayer>(stamped.Problems);
        var byStamps = LayerKey.ByStamps(ordered, spec.Timestamp, stamps);
        if (cache.Find(byStamps) is { } unchanged && await HoldAsync(unchanged, cancellationToken)) return ToLayer(spec, unchanged, reused: true);

        var byShape = LayerKey.ByShape(ordered, spec.Timestamp, stamps);
        if (cache.Knows(byShape))
        {
            var hashed = await LayerWriter.DiffIdAsync(ordered, spec.Timestamp, cancellationToken);
            if (!hashed.TryGet(out var diffId)) return Result.Fail<BuiltLayer>(hashed.Problems);
            if (cache.Find(LayerKey.ByDiffId(diffId)) is { } equal && await HoldAsync(equal, cancellationToken))
            {
                Remember(byStamps, stamps, equal);
                return ToLayer(spec, equal, reused: true);
            }
        }

        var made = await MakeAsync(ordered, spec.Timestamp, cancellationToken);
        if (!made.TryGet(out var layer)) return Result.Fail<BuiltLayer>(made.Problems);
        cache.Remember(byShape, layer.Cached);
        cache.Remember(LayerKey.ByDiffId(Digest.Parse(layer.Cached.DiffId)), layer.Cached);
        Remember(byStamps, stamps, layer.Cached);
        return ToLayer(spec, layer.Cached, layer.Reused);
    }

    private async Task<Result<(CachedLayer Cached, bool Reused)>> MakeAsync(IReadOnlyList<LayerEntry> ordered, DateTimeOffset timestamp, CancellationToken cancellationToken)
    {
        var blob = session.CreateBlob();
        await using (blob)
        {
            var written = await LayerWriter.CompressAsync(ordered, timestamp, blob.Stream, cancellationToken);
            if (!written.TryGet(out var gzip)) return Result.Fail<(CachedLayer, bool)>(written.Problems);
            var reused = await blob.PublishAsync(gzip.Digest, cancellationToken);
            return (new CachedLayer(gzip.Digest.Value, gzip.Size, gzip.DiffId.Value, gzip.UnpackedSize), reused);
        }
    }

    private static Result<Dictionary<string, FileStamp>> Stamps(IReadOnlyList<LayerEntry> ordered)
    {
        var stamps = new Dictionary<string, FileStamp>(StringComparer.Ordinal);
        var problems = new List<Problem>();
        foreach (var file in ordered.OfType<LayerEntry.File>())
        {
            try
            {
                stamps[file.Source] = FileStamp.Of(file.Source);
            }
            catch (IOException e)
            {
                problems.Add(OciProblems.SourceUnreadable(file.Source, e.Message));
            }
        }

        return problems.Count == 0 ? stamps : Result.Fail<Dictionary<string, FileStamp>>(problems);
    }

    private void Remember(Digest byStamps, Dictionary<string, FileStamp> stamps, CachedLayer layer)
    {
        var latest = (time.GetUtcNow() - Settled - DateTimeOffset.UnixEpoch).Ticks * 100;
        if (stamps.Values.All(s => s.Modified <= latest && s.Changed <= latest)) cache.Remember(byStamps, layer);
    }

    private Task<bool> HoldAsync(CachedLayer layer, CancellationToken cancellationToken) => session.HoldAsync(Digest.Parse(layer.Digest), layer.Size, cancellationToken);

    private static BuiltLayer ToLayer(LayerSpec spec, CachedLayer layer, bool reused)
    {
        var descriptor = new Descriptor { MediaType = MediaTypes.Layer, Digest = Digest.Parse(layer.Digest), Size = layer.Size };
        return new BuiltLayer(descriptor.With(AnnotationKeys.Title, spec.Title), Digest.Parse(layer.DiffId), layer.UnpackedSize, reused);
    }
}
