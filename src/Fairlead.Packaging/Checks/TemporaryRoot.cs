namespace Fairlead.Packaging.Checks;

/// <summary>A folder for an image's files, removed at the end.</summary>
internal sealed class TemporaryRoot : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("fairlead-root-");

    public TemporaryRoot()
    {
        // What is in it runs as another user, whose root this is.
        Files = _folder.CreateSubdirectory("root").FullName;
        File.SetUnixFileMode(Files, (UnixFileMode)0b111_101_101);
    }

    public string Files { get; }

    public void Dispose()
    {
        try
        {
            _folder.Delete(recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Left to the system's own cleaning of its temporary folder.
        }
    }
}
