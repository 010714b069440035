namespace Fairlead.Training.Files;

/// <summary>What a trainer makes: files by their path below <c>examples/</c>, and what it says about them.</summary>
public sealed record ExampleFiles(IReadOnlyDictionary<string, byte[]> Contents, IReadOnlyList<string> Report)
{
    public void Write(string examplesFolder)
    {
        foreach (var (path, bytes) in Contents) File.WriteAllBytes(Path.Combine(examplesFolder, path), bytes);
    }
}
