using Fairlead.Core.Homes;
using Fairlead.Core.Manifests;
using Fairlead.Core.Results;
using Fairlead.Packaging.Content;

namespace Fairlead.Packaging;

/// <summary>Packs what a manifest runs into the home's content store: exactly the files that its replicas need.</summary>
public static class ContentPacker
{
    /// <param name="folder">The manifest's folder, which its paths are relative to.</param>
    public static Result<PackedContent> Pack(Manifest manifest, string folder, FairleadHome home)
    {
        var root = Path.GetFullPath(folder);
        var entries = manifest.Model switch
        {
            { File: not null } => ModelContent.Collect(manifest, root),
            { Command: { } command } => CommandContent.Collect(command, manifest.Files, root, home),
            { Image: not null } => PackagingProblems.NothingToPack("image"),
            _ => PackagingProblems.NothingToPack("dockerfile"),
        };
        return entries.TryGet(out var found) ? new ContentStore(home).Add(found) : Result.Fail<PackedContent>(entries.Problems);
    }

    /// <summary>Packs only what the manifest lays into replicas of an image of others; null when that is nothing.</summary>
    public static Result<PackedContent?> PackFiles(Manifest manifest, string folder, FairleadHome home)
    {
        if (manifest.Files.Count == 0) return Result.Ok<PackedContent?>(null);
        var files = new SourceFiles(Path.GetFullPath(folder));
        foreach (var (file, i) in manifest.Files.Select((f, i) => (f, i))) files.Add(file.From, $"files/{i}/from");
        var entries = files.ToResult();
        if (!entries.TryGet(out var found)) return Result.Fail<PackedContent?>(entries.Problems);
        var added = new ContentStore(home).Add(found);
        return added.TryGet(out var packed) ? packed : Result.Fail<PackedContent?>(added.Problems);
    }
}
