using System.Globalization;
using Fairlead.Core.Homes;

namespace Fairlead.Packaging.Checks;

/// <summary>
/// A folder for an image's files while it is built or checked, and one beside it for what else is needed. Removed at the
/// end; what a killed process left is removed by the next that makes one.
/// </summary>
internal sealed class TemporaryRoot : IDisposable
{
    private readonly DirectoryInfo _folder;

    public TemporaryRoot(FairleadHome home)
    {
        var all = Path.Combine(home.Cache, "roots");
        Directory.CreateDirectory(all);
        RemoveAbandoned(all);
        _folder = Directory.CreateDirectory(Path.Combine(all, $"{Environment.ProcessId}-{Guid.NewGuid():n}"));
        Files = _folder.CreateSubdirectory("root").FullName;
        Work = _folder.CreateSubdirectory("work").FullName;

        // What is in it runs as another user, whose root this is.
        File.SetUnixFileMode(Files, (UnixFileMode)0b111_101_101);
    }

    public string Files { get; }

    public string Work { get; }

    public void Dispose() => Remove(_folder);

    private static void RemoveAbandoned(string all)
    {
        foreach (var folder in new DirectoryInfo(all).EnumerateDirectories())
        {
            var owner = folder.Name.Split('-')[0];
            if (int.TryParse(owner, NumberStyles.None, CultureInfo.InvariantCulture, out var pid) && !Directory.Exists($"/proc/{pid}")) Remove(folder);
        }
    }

    private static void Remove(DirectoryInfo folder)
    {
        try
        {
            folder.Delete(recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The next one tries again.
        }
    }
}
