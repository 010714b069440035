namespace Fairlead.Packaging.Closure;

/// <summary>A folder that is read as a machine's root: links in it, absolute ones too, are followed inside it, as after <c>chroot</c>.</summary>
internal sealed class RootFolder(string root)
{
    private const int MaxLinks = 40;

    private readonly string _root = root.TrimEnd('/');

    public static RootFolder Machine { get; } = new("/");

    /// <summary>The path of the process for a path without links in this root.</summary>
    public string Full(string real) => _root + real;

    /// <summary>Follows every link on the way.</summary>
    /// <param name="path">Absolute, in this root.</param>
    public RootWalk Walk(string path)
    {
        var pending = new Stack<string>(path.Split('/', StringSplitOptions.RemoveEmptyEntries).Reverse());
        var links = new List<RootLink>();
        var resolved = "/";
        while (pending.TryPop(out var part))
        {
            if (part == ".") continue;
            if (part == "..")
            {
                resolved = Path.GetDirectoryName(resolved) ?? "/";
                continue;
            }

            var next = Path.Join(resolved, part);
            if (new FileInfo(Full(next)).LinkTarget is not { } target)
            {
                if (!Path.Exists(Full(next))) return new RootWalk(null, links);
                resolved = next;
                continue;
            }

            if (links.Count == MaxLinks) return new RootWalk(null, links);
            links.Add(new RootLink(next, target));
            if (Path.IsPathRooted(target)) resolved = "/";
            foreach (var piece in target.Split('/', StringSplitOptions.RemoveEmptyEntries).Reverse()) pending.Push(piece);
        }

        return new RootWalk(resolved, links);
    }

    /// <summary>The file's path without links; null when there is none.</summary>
    public string? FileAt(string path) => Walk(path).Real is { } real && File.Exists(Full(real)) ? real : null;

    public bool HasFolder(string path) => Walk(path).Real is { } real && Directory.Exists(Full(real));

    /// <summary>The text of a small file; null when there is none.</summary>
    public string? ReadText(string path) => FileAt(path) is { } real ? File.ReadAllText(Full(real)) : null;
}

/// <param name="Real">Where the path leads, without links; null when it leads to nothing.</param>
/// <param name="Links">Those on the way, in order.</param>
internal sealed record RootWalk(string? Real, IReadOnlyList<RootLink> Links);

/// <param name="Path">Of the link; its folder is free of links.</param>
/// <param name="Target">As it is written.</param>
internal sealed record RootLink(string Path, string Target);
