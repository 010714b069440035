namespace Fairlead.Core.Files;

/// <summary>Relative paths that must not lead out of a folder, by <c>..</c> or by a link.</summary>
public static class ContainedPath
{
    private const int MaxLinks = 40;

    /// <summary>The path with <c>.</c> and <c>..</c> worked out, relative to the folder; null when it is absolute or leads out.</summary>
    public static string? Normalize(string relative)
    {
        if (relative.Length == 0 || Path.IsPathRooted(relative) || relative.Contains('\0')) return null;
        var parts = new List<string>();
        foreach (var part in relative.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part == "..")
            {
                if (parts.Count == 0) return null;
                parts.RemoveAt(parts.Count - 1);
            }
            else if (part != ".")
            {
                parts.Add(part);
            }
        }

        return parts.Count == 0 ? null : string.Join('/', parts);
    }

    /// <summary>Whether the path, every link on the way followed, lies below the folder.</summary>
    public static bool IsBelow(string folder, string path)
    {
        var root = Follow(Path.GetFullPath(folder)).TrimEnd('/') + '/';
        return Follow(Path.GetFullPath(path)).StartsWith(root, StringComparison.Ordinal);
    }

    /// <summary>The absolute path with every link on the way followed; parts that do not exist stay as they are.</summary>
    public static string Follow(string path)
    {
        var pending = new Stack<string>(path.Split('/', StringSplitOptions.RemoveEmptyEntries).Reverse());
        var (resolved, links) = ("/", 0);
        while (pending.TryPop(out var part))
        {
            if (part == ".") continue;
            if (part == "..")
            {
                resolved = Path.GetDirectoryName(resolved) ?? "/";
                continue;
            }

            var next = Path.Combine(resolved, part);
            if (new FileInfo(next).LinkTarget is not { } target)
            {
                resolved = next;
                continue;
            }

            // As many as the system follows; the last link itself is then what the path leads to, and cannot be opened.
            if (++links > MaxLinks) return next;
            if (Path.IsPathRooted(target)) resolved = "/";
            foreach (var piece in target.Split('/', StringSplitOptions.RemoveEmptyEntries).Reverse()) pending.Push(piece);
        }

        return resolved;
    }
}
