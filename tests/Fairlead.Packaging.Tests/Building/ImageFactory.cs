using System.Reflection;
using Fairlead.Core.Homes;
using Fairlead.Core.Identity;
using Fairlead.Core.Manifests;
using Fairlead.Core.Results;
using Fairlead.Oci.Images;
using Fairlead.Oci.Layouts;
using Fairlead.Oci.Unpacking;

namespace Fairlead.Packaging.Tests.Building;

/// <summary>Builds images with the real model server into one home, so that the layers that all share are packed once.</summary>
public sealed class ImageFactory : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("fairlead-images-");

    public ImageFactory()
    {
        Home = new FairleadHome(Path.Combine(_root.FullName, "home"));
        Store = new OciStore(Home, TimeProvider.System);
    }

    public static string ServerFolder { get; } = Metadata("ServerFolder");

    public static string Penguins { get; } = Path.Combine(Metadata("RepositoryRoot"), "examples", "penguins");

    public FairleadHome Home { get; }

    public OciStore Store { get; }

    /// <summary>A copy of the penguins example, in a folder of its own.</summary>
    public string CopyOfPenguins(Func<IEnumerable<string>, IEnumerable<string>>? order = null)
    {
        var folder = NewFolder();
        foreach (var file in (order ?? (f => f))(Directory.EnumerateFiles(Penguins).Order(StringComparer.Ordinal))) File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        return folder;
    }

    public string NewFolder() => _root.CreateSubdirectory($"{Guid.NewGuid():n}").FullName;

    public Task<Result<BuiltImage>> TryBuildAsync(string folder, string? manifest = null, Func<string, string?>? variable = null, FairleadHome? home = null, Action<string>? done = null)
    {
        var path = Path.Combine(folder, ManifestFile.FileName);
        if (manifest is not null) File.WriteAllText(path, manifest);
        var read = ManifestReader.ReadFile(path, null).Value;
        var order = BuildOrder.Of(read, path, home ?? Home, ServerFolder, variable ?? (_ => null)).Value with { Done = (what, more) => done?.Invoke($"{what}: {more}") };
        return new ImageBuilder(new OciStore(home ?? Home, TimeProvider.System), TimeProvider.System).BuildAsync(order, CancellationToken.None);
    }

    public async Task<BuiltImage> BuildAsync(string folder, string? manifest = null, Func<string, string?>? variable = null, FairleadHome? home = null, Action<string>? done = null)
    {
        var built = await TryBuildAsync(folder, manifest, variable, home, done);
        built.Problems.ShouldBeEmpty();
        return built.Value;
    }

    public LoadedImage Load(BuiltImage image) => Store.Load(ImageName.Parse($"{image.Name}:{image.Version}")).Value;

    /// <summary>The image's files as a container sees them.</summary>
    public async Task<string> UnpackAsync(BuiltImage image)
    {
        var folder = NewFolder();
        (await ImageUnpacker.UnpackAsync(Store, Load(image), folder, UnpackOptions.Default, CancellationToken.None)).Problems.ShouldBeEmpty();
        return folder;
    }

    public FairleadHome AnotherHome() => new(Path.Combine(NewFolder(), "home"));

    public void Dispose() => _root.Delete(recursive: true);

    private static string Metadata(string key) =>
        typeof(ImageFactory).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(a => a.Key == key).Value!;
}
