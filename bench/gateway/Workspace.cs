using System.Reflection;

namespace Fairlead.Bench.Gateway;

/// <summary>A temporary folder for configurations and the gateway's home.</summary>
internal sealed class Workspace : IDisposable
{
    public DirectoryInfo Root { get; } = Directory.CreateTempSubdirectory("flgb");

    /// <summary>The built program.</summary>
    public static string Fairlead => typeof(Workspace).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(a => a.Key == "Fairlead").Value!;

    public string Write(string name, string text)
    {
        var path = Path.Combine(Root.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }

    public void Dispose() => Root.Delete(recursive: true);
}
