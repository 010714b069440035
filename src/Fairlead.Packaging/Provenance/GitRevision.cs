namespace Fairlead.Packaging.Provenance;

/// <summary>The commit that a folder's repository stands at, read from its files: git itself need not be installed.</summary>
internal static class GitRevision
{
    private const int MaxSteps = 5;

    /// <summary>40 or 64 hexadecimal digits; null when the folder is in no repository or nothing is committed.</summary>
    public static string? Of(string folder)
    {
        try
        {
            for (var at = new DirectoryInfo(folder); at is not null; at = at.Parent)
            {
                if (GitFolder(Path.Combine(at.FullName, ".git")) is { } git) return Resolve(git);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A repository that cannot be read is told like one that is not there: the revision is an extra.
        }

        return null;
    }

    // gitrepository-layout(5): a worktree has a file that names its folder.
    private static string? GitFolder(string path)
    {
        if (Directory.Exists(path)) return path;
        if (!File.Exists(path) || File.ReadAllText(path).Trim() is not ['g', 'i', 't', 'd', 'i', 'r', ':', .. var target]) return null;
        return Path.GetFullPath(target.Trim(), Path.GetDirectoryName(path)!);
    }

    private static string? Resolve(string git)
    {
        var common = Path.Combine(git, "commondir") is var file && File.Exists(file) ? Path.GetFullPath(File.ReadAllText(file).Trim(), git) : git;
        var value = Read(Path.Combine(git, "HEAD"));
        for (var step = 0; step < MaxSteps && value?.StartsWith("ref: ", StringComparison.Ordinal) == true; step++)
        {
            var name = value["ref: ".Length..];
            if (!name.StartsWith("refs/", StringComparison.Ordinal) || name.Contains("..", StringComparison.Ordinal)) return null;
            value = Read(Path.Combine(git, name)) ?? Read(Path.Combine(common, name)) ?? Packed(common, name);
        }

        return value is { Length: 40 or 64 } && value.All(char.IsAsciiHexDigitLower) ? value : null;
    }

    private static string? Packed(string common, string name) =>
        Path.Combine(common, "packed-refs") is var file && File.Exists(file)
            ? File.ReadLines(file).Select(l => l.Split(' ')).FirstOrDefault(l => l.Length == 2 && l[1] == name)?[0]
            : null;

    private static string? Read(string path) => File.Exists(path) ? File.ReadAllText(path).Trim() : null;
}
