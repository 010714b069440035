using System.Text;
using Fairlead.Core.Files;
using Fairlead.Core.Homes;
using Fairlead.Core.Manifests;
using Fairlead.Core.Results;
using Fairlead.Packaging.Content;

namespace Fairlead.Packaging.Secrets;

/// <summary>
/// Looks for secrets in a model's folder: whole in every file that goes into the image, and in the first 16 MiB of every
/// other, which may be in the image tomorrow. A finding names file, line and kind, and never the secret.
/// </summary>
internal sealed class SecretSearch
{
    private const long BesideLimit = 16 << 20;

    /// <summary>Shorter values are found in everything.</summary>
    private const int LeastValue = 8;

    private static readonly HashSet<string> LeftOut = new(StringComparer.Ordinal) { ".git", "__pycache__", "node_modules", ".venv" };

    private readonly SecretScanner _scanner;
    private readonly string _root;
    private readonly string _home;
    private readonly HashSet<string> _allowed;
    private readonly HashSet<string> _inImage;
    private readonly List<Problem> _problems = [];

    private SecretSearch(Manifest manifest, string root, FairleadHome home, IReadOnlyCollection<string> inImage, Func<string, string?> variable)
    {
        (_root, _home, _inImage) = (Path.GetFullPath(root), Path.GetFullPath(home.Root), [.. inImage]);
        _allowed = [.. (manifest.Image.AllowSecrets ?? []).Select(p => ContainedPath.Normalize(p) ?? p)];
        _scanner = new SecretScanner([.. SecretRules.All, .. manifest.Secrets.SelectMany(s => ValueOf(s, variable))]);
    }

    /// <param name="inImage">Files that go into the image, relative to the folder.</param>
    /// <param name="variable">The environment, where values of <c>secrets</c> may be.</param>
    public static Result<Done> Run(Manifest manifest, string root, FairleadHome home, IReadOnlyCollection<string> inImage, Func<string, string?> variable, CancellationToken cancellationToken)
    {
        var search = new SecretSearch(manifest, root, home, inImage, variable);
        foreach (var path in inImage.Order(StringComparer.Ordinal)) search.Look(path, long.MaxValue, cancellationToken);
        search.Walk("", cancellationToken);
        return search._problems.Count == 0 ? Result.Done : Result.Fail<Done>(search._problems);
    }

    private void Walk(string relative, CancellationToken cancellationToken)
    {
        foreach (var entry in Entries(Path.Combine(_root, relative)))
        {
            // What a link leads to is looked at where it is, or is outside and never packed.
            var path = relative.Length == 0 ? entry.Name : $"{relative}/{entry.Name}";
            if (entry.LinkTarget is not null || LeftOut.Contains(entry.Name) || entry.FullName == _home) continue;
            if (entry is DirectoryInfo) Walk(path, cancellationToken);
            else if (!_inImage.Contains(path) && Posix.SpecialKindOf(entry.FullName) is null) Look(path, BesideLimit, cancellationToken);
        }
    }

    private void Look(string path, long limit, CancellationToken cancellationToken)
    {
        if (_allowed.Contains(path)) return;
        try
        {
            using var file = new FileStream(Path.Combine(_root, path), new FileStreamOptions { Share = FileShare.ReadWrite | FileShare.Delete, BufferSize = 0, Options = FileOptions.SequentialScan });
            if (file.Length > 0 && SecretNames.KindOf(path) is { } kind) _problems.Add(SecretProblems.Found(path, kind, line: null));
            else foreach (var finding in _scanner.Scan(file, limit, cancellationToken)) _problems.Add(SecretProblems.Found(path, finding.Kind, finding.Line));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What cannot be read cannot be packed either; a file beside it is none of the image's.
            if (_inImage.Contains(path)) _problems.Add(PackagingProblems.SourceUnreadable(path, e.Message));
        }
    }

    private static IEnumerable<FileSystemInfo> Entries(string folder)
    {
        try
        {
            return [.. new DirectoryInfo(folder).EnumerateFileSystemInfos().OrderBy(e => e.Name, StringComparer.Ordinal)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    // The scanner reads files byte by byte, so a value is looked for as its bytes.
    private static IEnumerable<SecretRule> ValueOf(string name, Func<string, string?> variable) =>
        variable(name) is { Length: >= LeastValue and <= SecretRule.Reach } value
            ? [SecretRules.ValueOf(name, Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(value)))]
            : [];
}
