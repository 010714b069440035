using Fairlead.Core.Files;
using Fairlead.Core.Manifests;
using Fairlead.Core.Manifests.Reading;
using Fairlead.Core.Results;

namespace Fairlead.Packaging.Content;

/// <summary>Finds the files that a manifest names in its folder, and collects a problem for each that is not as it must be.</summary>
internal sealed class SourceFiles(string root)
{
    private const int Listed = 20;

    private readonly SortedDictionary<string, ContentEntry> _entries = new(StringComparer.Ordinal);
    private readonly List<Problem> _problems = [];

    /// <param name="key">Where the manifest names it, such as <c>model/golden</c>.</param>
    /// <returns>The path as it is in the content; null when there was a problem.</returns>
    public string? Add(string written, string key)
    {
        if (ContainedPath.Normalize(written) is not { } relative) return Fail(key, PackagingProblems.LeadsOut(written));
        var full = Path.Combine(root, relative);
        if (relative == Core.Models.ModelDescriptor.FileName) return Fail(key, PackagingProblems.NameReserved(written));
        if (!ContainedPath.IsBelow(root, full)) return Fail(key, PackagingProblems.LeadsOut(written));
        if (Directory.Exists(full)) return Fail(key, PackagingProblems.NotAFile(written, "a folder"));
        if (!File.Exists(full)) return Fail(key, Missing(written, full));
        if (Posix.SpecialKindOf(File.ResolveLinkTarget(full, returnFinalTarget: true)?.FullName ?? full) is { } kind) return Fail(key, PackagingProblems.NotAFile(written, kind));
        _entries[relative] = new ContentEntry.Copied(relative, full, IsExecutable(full));
        return relative;
    }

    public void Add(ContentEntry entry) => _entries[entry.Path] = entry;

    public string? Fail(string key, Problem problem)
    {
        _problems.Add(problem with { At = new SourceLocation(ManifestFile.FileName, 0, key) });
        return null;
    }

    /// <summary>For a problem that knows its own place.</summary>
    public void Refuse(Problem problem) => _problems.Add(problem);

    public Result<IReadOnlyList<ContentEntry>> ToResult() =>
        _problems.Count == 0 ? Result.Ok<IReadOnlyList<ContentEntry>>([.. _entries.Values]) : Result.Fail<IReadOnlyList<ContentEntry>>(_problems);

    public static bool IsExecutable(string path) => (File.GetUnixFileMode(path) & UnixFileMode.UserExecute) != 0;

    private static Problem Missing(string written, string full)
    {
        var folder = Path.GetDirectoryName(full)!;
        var there = Directory.Exists(folder)
            ? Directory.EnumerateFileSystemEntries(folder).Select(e => Path.GetFileName(e)).Where(n => n[0] != '.').Order(StringComparer.Ordinal).ToList()
            : [];
        var shown = there.Count <= Listed ? there : [.. there.Take(Listed), $"and {there.Count - Listed} more"];
        return PackagingProblems.FileMissing(written, folder, shown, Nearest(Path.GetFileName(written), there));
    }

    // One with the same ending is likelier meant than one with a similar name: model.onnx for mdoel.onnx, not model.yaml.
    private static string? Nearest(string name, IReadOnlyList<string> there)
    {
        var same = there.Where(t => Path.GetExtension(t).Equals(Path.GetExtension(name), StringComparison.OrdinalIgnoreCase)).ToList();
        return NearestKey.Of(name, same) ?? (same.Count == 1 ? same[0] : NearestKey.Of(name, there));
    }
}
