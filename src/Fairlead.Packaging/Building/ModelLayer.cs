using Fairlead.Core.Files;
using Fairlead.Core.Manifests;
using Fairlead.Core.Results;
using Fairlead.Oci.Layers;
using Fairlead.Packaging.Closure;
using Fairlead.Packaging.Content;

namespace Fairlead.Packaging.Building;

/// <summary>The last layer: the model with its files under <c>/model</c>, and what the manifest lays elsewhere.</summary>
/// <param name="Sources">The files of the manifest's folder in it, relative to that folder, with their paths in the image.</param>
/// <param name="ModelBytes">Of all files under <c>/model</c>.</param>
internal sealed record ModelLayer(IReadOnlyList<LayerEntry> Entries, IReadOnlyList<(string Source, string Path)> Sources, long ModelBytes)
{
    public const string Title = "model";
    public const string Folder = "model";

    private static readonly string[] Kernel = ["proc", "sys", "dev"];

    /// <param name="below">Entries of the layers below, whose places are theirs.</param>
    public static Result<ModelLayer> Of(Manifest manifest, string root, IReadOnlyList<LayerEntry> below, RootFolder machine)
    {
        var collected = ModelContent.Collect(manifest with { Files = [] }, root);
        if (!collected.TryGet(out var content)) return Result.Fail<ModelLayer>(collected.Problems);
        var placement = new Placement([.. below, .. content.Select(ToEntry)]);
        var laid = LayFiles(manifest, root, placement);
        if (!laid.TryGet(out var files)) return Result.Fail<ModelLayer>(laid.Problems);
        var zones = LayZones(manifest.Image.TimeZones ?? [], machine);
        if (!zones.TryGet(out var rules)) return Result.Fail<ModelLayer>(zones.Problems);
        return new ModelLayer(
            [.. content.Select(ToEntry), .. files, .. rules],
            [.. content.OfType<ContentEntry.Copied>().Select(c => (c.Path, $"{Folder}/{c.Path}")), .. files.Select(f => (Path.GetRelativePath(root, f.Source), f.Path))],
            content.OfType<ContentEntry.Copied>().Sum(c => new FileInfo(c.Source).Length));
    }

    private static Result<IReadOnlyList<LayerEntry.File>> LayFiles(Manifest manifest, string root, Placement placement)
    {
        var sources = new SourceFiles(root);
        var laid = new List<LayerEntry.File>();
        foreach (var (file, i) in manifest.Files.Select((f, i) => (f, i)))
        {
            if (sources.Add(file.From, $"files/{i}/from") is not { } from) continue;

            // The server runs in /model, so that a relative place is there.
            var to = ContainedPath.Normalize(file.To.StartsWith('/') ? file.To.TrimStart('/') : $"{Folder}/{file.To}");
            var source = Path.Combine(root, from);
            if (to is null || Kernel.Contains(to.Split('/')[0]) || !placement.Take(to)) sources.Fail($"files/{i}/to", BuildProblems.PlaceTaken(file.To));
            else laid.Add(new LayerEntry.File(to, source, SourceFiles.IsExecutable(source)));
        }

        var result = sources.ToResult();
        return result.IsOk ? Result.Ok<IReadOnlyList<LayerEntry.File>>(laid) : Result.Fail<IReadOnlyList<LayerEntry.File>>(result.Problems);
    }

    private static Result<IReadOnlyList<LayerEntry>> LayZones(IReadOnlyList<string> zones, RootFolder machine)
    {
        var found = zones.Select(z => (Zone: z, Real: machine.FileAt($"/usr/share/zoneinfo/{z}"))).ToList();
        var missing = found.Where(z => z.Real is null).Select(z => BuildProblems.ZoneMissing(z.Zone)).ToList();
        return missing.Count > 0
            ? Result.Fail<IReadOnlyList<LayerEntry>>(missing)
            : Result.Ok<IReadOnlyList<LayerEntry>>([.. found.Select(z => new LayerEntry.File($"usr/share/zoneinfo/{z.Zone}", machine.Full(z.Real!)))]);
    }

    private static LayerEntry ToEntry(ContentEntry entry) => entry switch
    {
        ContentEntry.Copied copied => new LayerEntry.File($"{Folder}/{copied.Path}", copied.Source, copied.Executable),
        ContentEntry.Written written => new LayerEntry.Content($"{Folder}/{written.Path}", written.Bytes),
        ContentEntry.Link link => new LayerEntry.Link($"{Folder}/{link.Path}", link.Target),
        _ => throw new ArgumentOutOfRangeException(nameof(entry)),
    };
}
