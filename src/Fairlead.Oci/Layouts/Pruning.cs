using Fairlead.Core.Identity;
using Fairlead.Core.Results;
using Fairlead.Oci.Images;

namespace Fairlead.Oci.Layouts;

/// <summary>What a prune removed.</summary>
/// <param name="Bytes">That were freed.</param>
public sealed record PruneReport(IReadOnlyList<Digest> Removed, long Bytes);

/// <summary>
/// Mark and sweep, under the store's lock from end to end: a session declares what it needs under the same lock, so it has
/// either been seen here or finds the blob gone and makes it anew.
/// </summary>
internal sealed class Pruning(OciStore store, IndexFile indexFile)
{
    public async Task<Result<PruneReport>> RunAsync(CancellationToken cancellationToken)
    {
        var layout = store.Layout;
        if (!Directory.Exists(layout.Sessions)) return new PruneReport([], 0);
        using var taken = await FileLock.TakeAsync(layout.Lock, store.Time, cancellationToken);
        SessionFolder.RemoveDead(layout);
        var dropped = DropOrphans();
        if (!dropped.TryGet(out var entries)) return Result.Fail<PruneReport>(dropped.Problems);
        var marked = Mark(entries);
        if (!marked.TryGet(out var needed)) return Result.Fail<PruneReport>(marked.Problems);
        var report = Sweep(needed, cancellationToken);
        store.LayerCache.Prune(digest => File.Exists(layout.BlobOf(digest)));
        return report;
    }

    private Result<IReadOnlyList<Descriptor>> DropOrphans()
    {
        var read = indexFile.Read();
        if (!read.TryGet(out var index)) return Result.Fail<IReadOnlyList<Descriptor>>(read.Problems);
        var kept = new ImageGraph(store).WithoutOrphans(index.Manifests);
        if (kept.TryGet(out var entries) && entries.Count < index.Manifests.Count) indexFile.Write(index with { Manifests = entries });
        return kept;
    }

    // An image that cannot be read stops everything: what it needs is not known.
    private Result<HashSet<Digest>> Mark(IReadOnlyList<Descriptor> entries)
    {
        var needed = SessionFolder.LivingLeases(store.Layout).ToHashSet();
        var graph = new ImageGraph(store);
        foreach (var entry in entries)
        {
            var below = graph.Below(entry);
            if (!below.TryGet(out var descriptors)) return Result.Fail<HashSet<Digest>>(below.Problems);
            needed.UnionWith(descriptors.Select(d => d.Digest));
        }

        return needed;
    }

    private PruneReport Sweep(HashSet<Digest> needed, CancellationToken cancellationToken)
    {
        var (removed, bytes) = (new List<Digest>(), 0L);
        foreach (var digest in store.Layout.AllBlobs().Where(d => !needed.Contains(d)).ToList())
        {
            cancellationToken.ThrowIfCancellationRequested();
            var blob = new FileInfo(store.Layout.BlobOf(digest));
            bytes += blob.Length;
            blob.Delete();
            removed.Add(digest);
        }

        return new PruneReport(removed, bytes);
    }
}
