using Fairlead.Core.Results;
using Fairlead.Oci.Layouts;

namespace Fairlead.Cli.Images;

/// <summary>An image as it is listed.</summary>
/// <param name="Shared">Bytes of it that other images have too.</param>
internal sealed record ImageRow(LoadedImage Image, long Shared)
{
    public static Result<IReadOnlyList<ImageRow>> Read(OciStore store)
    {
        var listed = store.List();
        if (!listed.TryGet(out var images)) return Result.Fail<IReadOnlyList<ImageRow>>(listed.Problems);
        var loaded = images.Select(store.Load).ToList();
        if (loaded.Exists(l => !l.IsOk)) return Result.Fail<IReadOnlyList<ImageRow>>([.. loaded.SelectMany(l => l.Problems)]);
        return Result.Ok<IReadOnlyList<ImageRow>>(Of([.. loaded.Select(l => l.Value)]));
    }

    private static IReadOnlyList<ImageRow> Of(IReadOnlyList<LoadedImage> images)
    {
        // Two names of one image share nothing: removing one frees nothing, but neither costs anything.
        var users = images.DistinctBy(i => i.Stored.Manifest.Digest).SelectMany(i => i.Manifest.Blobs.Select(b => b.Digest).Distinct()).GroupBy(d => d).ToDictionary(g => g.Key, g => g.Count());
        return [.. images.Select(i => new ImageRow(i, i.Manifest.Blobs.DistinctBy(b => b.Digest).Where(b => users[b.Digest] > 1).Sum(b => b.Size)))];
    }
}
