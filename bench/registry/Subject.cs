using System.Diagnostics;
using System.Globalization;
using Fairlead.Core.Homes;
using Fairlead.Oci.Images;
using Fairlead.Oci.Layers;
using Fairlead.Oci.Layouts;
using Fairlead.Oci.Registries;

namespace Fairlead.Bench.Registry;

/// <summary>What is measured, in a process of its own: prints its seconds and its peak memory in bytes.</summary>
internal static class Subject
{
    private static readonly ImageName Name = ImageName.Parse("large:1");

    public static Task<int> PackAsync(string folder, string home) => MeasureAsync(home, async session =>
    {
        var entries = Directory.GetFiles(folder).Select(f => (LayerEntry)new LayerEntry.File($"model/{Path.GetFileName(f)}", f)).ToList();
        var layer = (await session.AddLayerAsync(new LayerSpec("model", entries, DateTimeOffset.UnixEpoch), CancellationToken.None)).Value;
        var config = new ImageConfig { Architecture = PlatformChoice.Architecture, OperatingSystem = "linux", RootFileSystem = new RootFileSystem { DiffIds = [layer.DiffId] } };
        var described = (await session.AddBlobAsync(OciJson.Write(config), MediaTypes.Config, CancellationToken.None)).Value;
        _ = (await session.AddImageAsync(Name, new ImageManifest { Config = described, Layers = [layer.Descriptor] }, remote: null, CancellationToken.None)).Value;
    });

    public static Task<int> PushAsync(string home, string address) => MeasureAsync(home, async session =>
    {
        var image = (await session.OpenImageAsync(Name, CancellationToken.None)).Value;
        _ = (await ImagePush.RunAsync(session, image, ImageReference.Parse($"{address}/large").Value, force: false, new RegistryOptions(), progress: null, CancellationToken.None)).Value;
    });

    private static async Task<int> MeasureAsync(string home, Func<StoreSession, Task> work)
    {
        var began = Stopwatch.GetTimestamp();
        await using (var session = (await new OciStore(new FairleadHome(home), TimeProvider.System).BeginAsync(CancellationToken.None)).Value) await work(session);
        var peak = File.ReadLines("/proc/self/status").First(l => l.StartsWith("VmHWM:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1];
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Stopwatch.GetElapsedTime(began).TotalSeconds} {long.Parse(peak, CultureInfo.InvariantCulture) * 1024}"));
        return 0;
    }
}
