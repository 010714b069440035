namespace Fairlead.EndToEnd.Tests;

/// <summary>A folder for one test.</summary>
internal sealed class Scratch : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("fl-scratch-").FullName;

    public string Write(string file, string text)
    {
        var path = System.IO.Path.Combine(Path, file);
        File.WriteAllText(path, text);
        return path;
    }

    /// <summary>A copy of an example, to be changed.</summary>
    public static Scratch Of(string example)
    {
        var scratch = new Scratch();
        foreach (var file in Directory.EnumerateFiles(Built.Example(example))) File.Copy(file, System.IO.Path.Combine(scratch.Path, System.IO.Path.GetFileName(file)));
        return scratch;
    }

    public void Replace(string file, string from, string to)
    {
        var path = System.IO.Path.Combine(Path, file);
        var text = File.ReadAllText(path);
        text.ShouldContain(from);
        File.WriteAllText(path, text.Replace(from, to, StringComparison.Ordinal));
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
