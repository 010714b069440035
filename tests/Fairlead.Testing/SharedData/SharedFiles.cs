namespace Fairlead.Testing.SharedData;

/// <summary>The folder <c>shared/data</c> beside the repository.</summary>
public static class SharedFiles
{
    private static readonly string? Root = Find();

    public static string PathOf(string relative) =>
        System.IO.Path.Combine(Root ?? throw new InvalidOperationException("The shared data is missing; mark the test with SharedDataFact."), relative);

    internal static bool Has(string relative) => Root is not null && Exists(System.IO.Path.Combine(Root, relative));

    internal static string Missing(string relative) => $"shared/data/{relative} is not beside the repository.";

    private static string? Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var candidate = System.IO.Path.Combine(folder.FullName, "shared", "data");
            if (Directory.Exists(candidate)) return candidate;
        }

        return null;
    }

    private static bool Exists(string path) => File.Exists(path) || Directory.Exists(path);
}
