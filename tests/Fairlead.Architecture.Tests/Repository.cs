namespace Fairlead.Architecture.Tests;

/// <summary>The checkout that these tests run from.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>Source files as paths relative to the root, build output left out.</summary>
    public static IEnumerable<string> Files(string folder, string pattern) =>
        Directory.EnumerateFiles(Path.Combine(Root, folder), pattern, SearchOption.AllDirectories)
            .Select(f => Path.GetRelativePath(Root, f))
            .Where(f => !f.Split('/').Intersect(["obj", "bin", "node_modules", "artifacts"]).Any());

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "fairlead.slnx"))) folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("fairlead.slnx is in no folder above the tests.");
    }
}
