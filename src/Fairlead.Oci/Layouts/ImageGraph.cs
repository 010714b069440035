using Fairlead.Core.Identity;
using Fairlead.Core.Results;
using Fairlead.Oci.Images;

namespace Fairlead.Oci.Layouts;

/// <summary>What hangs on what in the store.</summary>
internal sealed class ImageGraph(OciStore store)
{
    /// <summary>Everything below a manifest or index, itself included. What is absent has nothing below it.</summary>
    public Result<IReadOnlyList<Descriptor>> Below(Descriptor root)
    {
        var found = new List<Descriptor> { root };
        if (!File.Exists(store.Layout.BlobOf(root.Digest))) return Result.Ok<IReadOnlyList<Descriptor>>(found);
        if (MediaTypes.IsManifest(root.MediaType))
        {
            var read = store.ReadManifest(root);
            if (!read.TryGet(out var manifest)) return Result.Fail<IReadOnlyList<Descriptor>>(read.Problems);
            found.AddRange(manifest.Blobs);
        }
        else if (MediaTypes.IsIndex(root.MediaType))
        {
            var bytes = store.ReadBlob(root);
            if (!bytes.TryGet(out var json)) return Result.Fail<IReadOnlyList<Descriptor>>(bytes.Problems);
            var read = OciJson.ReadIndex(json, $"The index {root.Digest}");
            if (!read.TryGet(out var index)) return Result.Fail<IReadOnlyList<Descriptor>>(read.Problems);
            foreach (var child in index.Manifests)
            {
                var below = Below(child);
                if (!below.TryGet(out var more)) return below;
                found.AddRange(more);
            }
        }

        return Result.Ok<IReadOnlyList<Descriptor>>(found);
    }

    /// <summary>The entries without artifacts about manifests that are no longer there, nor artifacts about those.</summary>
    public Result<IReadOnlyList<Descriptor>> WithoutOrphans(IReadOnlyList<Descriptor> entries)
    {
        var subjects = new Dictionary<Digest, Digest>();
        foreach (var entry in entries.Where(e => e.Annotation(AnnotationKeys.RefName) is null && MediaTypes.IsManifest(e.MediaType)))
        {
            var read = store.ReadManifest(entry);
            if (!read.TryGet(out var manifest)) return Result.Fail<IReadOnlyList<Descriptor>>(read.Problems);
            if (manifest.Subject is { } subject) subjects[entry.Digest] = subject.Digest;
        }

        var kept = entries;
        for (var before = -1; before != kept.Count;)
        {
            before = kept.Count;
            var present = kept.Select(e => e.Digest).ToHashSet();
            kept = [.. kept.Where(e => !subjects.TryGetValue(e.Digest, out var subject) || present.Contains(subject))];
        }

        return Result.Ok(kept);
    }
}
