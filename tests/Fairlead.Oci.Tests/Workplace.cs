using System.Text;
using Fairlead.Core.Homes;
using Fairlead.Oci.Images;
using Fairlead.Oci.Layers;
using Fairlead.Oci.Layouts;

namespace Fairlead.Oci.Tests;

/// <summary>A folder with source files and a store of its own, removed at the end of the test.</summary>
internal sealed class Workplace : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("fairlead-oci-");

    public Workplace(TimeProvider? time = null)
    {
        Folder = _root.CreateSubdirectory("source").FullName;
        Home = new FairleadHome(Path.Combine(_root.FullName, "home"));
        Store = new OciStore(Home, time ?? TimeProvider.System);
    }

    public string Root => _root.FullName;

    public string Folder { get; }

    public FairleadHome Home { get; }

    public OciStore Store { get; }

    public string Write(string name, ReadOnlySpan<byte> content)
    {
        var path = Path.Combine(Folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content);
        return path;
    }

    public string Write(string name, string content) => Write(name, Encoding.UTF8.GetBytes(content));

    public async Task<StoreSession> BeginAsync() => (await Store.BeginAsync(CancellationToken.None)).Value;

    public async Task<BuiltLayer> LayerAsync(params LayerEntry[] entries)
    {
        await using var session = await BeginAsync();
        return (await session.AddLayerAsync(new LayerSpec("layer", entries, DateTimeOffset.UnixEpoch), CancellationToken.None)).Value;
    }

    /// <summary>An image of one layer with these entries.</summary>
    public async Task<StoredImage> ImageAsync(string name, params LayerEntry[] entries)
    {
        await using var session = await BeginAsync();
        return await ImageAsync(session, name, entries);
    }

    public static async Task<StoredImage> ImageAsync(StoreSession session, string name, params LayerEntry[] entries)
    {
        var layer = (await session.AddLayerAsync(new LayerSpec("model", entries, DateTimeOffset.UnixEpoch), CancellationToken.None)).Value;
        var config = new ImageConfig
        {
            Created = DateTimeOffset.UnixEpoch,
            Architecture = "amd64",
            OperatingSystem = "linux",
            Run = new RunConfig { User = "65532:65532", Entrypoint = ["/app/run"], Environment = ["A=b"] },
            RootFileSystem = new RootFileSystem { DiffIds = [layer.DiffId] },
        };
        var described = (await session.AddBlobAsync(OciJson.Write(config), MediaTypes.Config, CancellationToken.None)).Value;
        var manifest = new ImageManifest { Config = described, Layers = [layer.Descriptor] };
        return (await session.AddImageAsync(ImageName.Parse(name), manifest, remote: null, CancellationToken.None)).Value;
    }

    public static LayerEntry.Content Text(string path, string text) => new(path, Encoding.UTF8.GetBytes(text));

    public void Dispose() => _root.Delete(recursive: true);
}
