using System.IO.Enumeration;

namespace Fairlead.Packaging.Closure;

/// <summary>
/// The folders that glibc's loader looks through (ld.so(8), ldconfig(8)): those of <c>ld.so.conf</c>, which it knows
/// through its cache, then those that it was built with. The cache itself is not needed: it is made from the former.
/// </summary>
internal sealed class LoaderFolders
{
    private const string Configuration = "/etc/ld.so.conf";
    private const int MaxDepth = 8;

    private readonly RootFolder _root;
    private readonly List<string> _configured = [];

    public LoaderFolders(RootFolder root, ElfMachine machine)
    {
        _root = root;
        var triplet = machine == ElfMachine.Arm64 ? "aarch64-linux-gnu" : "x86_64-linux-gnu";
        BuiltIn = root.HasFolder($"/usr/lib/{triplet}") || root.HasFolder($"/lib/{triplet}")
            ? [$"/lib/{triplet}", $"/usr/lib/{triplet}", "/lib", "/usr/lib"]
            : ["/lib64", "/usr/lib64", "/lib", "/usr/lib"];
        ReadConfiguration(Configuration, depth: 0);
        All = [.. _configured.Concat(BuiltIn).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>Found by the loader without a cache, as in an image.</summary>
    public IReadOnlyList<string> BuiltIn { get; }

    public IReadOnlyList<string> All { get; }

    private void ReadConfiguration(string path, int depth)
    {
        if (depth > MaxDepth || _root.ReadText(path) is not { } text) return;
        foreach (var raw in text.Split('\n'))
        {
            var line = raw.Split('#')[0].Trim();
            if (line.StartsWith("include", StringComparison.Ordinal) && line.Length > 7 && char.IsWhiteSpace(line[7]))
            {
                var pattern = line[8..].Trim();
                foreach (var file in Matching(pattern.StartsWith('/') ? pattern : Path.Join(Path.GetDirectoryName(path), pattern))) ReadConfiguration(file, depth + 1);
            }
            else
            {
                _configured.AddRange(line.Split([':', ',', ' ', '\t'], StringSplitOptions.RemoveEmptyEntries).Where(f => f.StartsWith('/')).Select(f => f.Length > 1 ? f.TrimEnd('/') : f));
            }
        }
    }

    private IEnumerable<string> Matching(string pattern)
    {
        var folder = Path.GetDirectoryName(pattern) ?? "/";
        if (_root.Walk(folder).Real is not { } real || !Directory.Exists(_root.Full(real))) return [];
        return Directory.EnumerateFileSystemEntries(_root.Full(real))
            .Select(e => Path.GetFileName(e))
            .Where(name => FileSystemName.MatchesSimpleExpression(Path.GetFileName(pattern), name, ignoreCase: false))
            .Order(StringComparer.Ordinal)
            .Select(name => Path.Join(folder, name));
    }
}
