using System.Text;
using Fairlead.Core.Homes;
using Fairlead.Core.Identity;
using Fairlead.Core.Manifests;

namespace Fairlead.Packaging.Tests;

/// <summary>A manifest's folder and a home, removed at the end of the test.</summary>
internal sealed class Workplace : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("fairlead-packaging-");

    public Workplace()
    {
        Folder = _root.CreateSubdirectory("source").FullName;
        Home = new FairleadHome(Path.Combine(_root.FullName, "home"));
    }

    public string Root => _root.FullName;

    public string Folder { get; }

    public FairleadHome Home { get; }

    public string Write(string name, ReadOnlySpan<byte> content)
    {
        var path = Path.Combine(Folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content);
        return path;
    }

    public string Write(string name, string content) => Write(name, Encoding.UTF8.GetBytes(content));

    public Core.Results.Result<PackedContent> Pack(ModelSpec model, params FileSpec[] files) => ContentPacker.Pack(
        new Manifest { Name = DeploymentName.Parse("penguins"), Version = "1.0.0", Model = model, Files = files }, Folder, Home);

    public void Dispose() => _root.Delete(recursive: true);
}
