using Fairlead.Core.Identity;
using Fairlead.Oci.Layouts;

namespace Fairlead.Oci.Registries;

/// <summary>Other repositories of a registry that have been pushed to from here, by the blobs that they hold.</summary>
internal static class MountSources
{
    public static ILookup<Digest, string> None { get; } = Array.Empty<(Digest, string)>().ToLookup(p => p.Item1, p => p.Item2);

    public static ILookup<Digest, string> Find(OciStore store, ImageReference target)
    {
        if (!store.List().TryGet(out var images)) return None;
        var pairs = from image in images
                    let remote = image.Remote is { } written && ImageReference.Parse(written).TryGet(out var parsed) ? parsed : null
                    where remote is not null && remote.Registry == target.Registry && remote.Repository != target.Repository
                    let manifest = store.ReadManifest(image.Manifest)
                    where manifest.IsOk
                    from layer in manifest.Value.Layers
                    select (layer.Digest, remote.Repository);
        return pairs.Distinct().ToLookup(p => p.Digest, p => p.Repository);
    }
}
