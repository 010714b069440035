using Fairlead.Oci.Layers;
using Fairlead.Testing.Programs;
using Fairlead.Testing.Skipping;

namespace Fairlead.Oci.Tests.Tools;

/// <summary>What others' programs make of the store, as it lies there.</summary>
public sealed class LayoutToolTests : IDisposable
{
    private static readonly string LongName = $"{new string('d', 90)}/{new string('e', 90)}/file";
    private readonly Workplace _place = new();

    public void Dispose() => _place.Dispose();

    [FactWhereProgram("skopeo", "apt-get install skopeo")]
    public async Task Skopeo_InspectsTheImage()
    {
        var image = await MakeAsync();

        var inspected = await Tool.RunAsync("skopeo", "inspect", $"oci:{_place.Store.Folder}:penguins:1.0.0");

        inspected.ExitCode.ShouldBe(0, inspected.ToString());
        inspected.Output.ShouldContain($"\"Digest\": \"{image}\"");
        inspected.Output.ShouldContain("\"Created\": \"1970-01-01T00:00:00Z\"");
        inspected.Output.ShouldContain("\"A=b\"");
    }

    [FactWhereProgram("umoci", "apt-get install umoci")]
    public async Task Umoci_UnpacksWhatWasPacked()
    {
        await MakeAsync();
        var bundle = Path.Combine(_place.Root, "bundle");

        var unpacked = await Tool.RunAsync("umoci", "unpack", "--rootless", "--image", $"{_place.Store.Folder}:penguins:1.0.0", bundle);

        unpacked.ExitCode.ShouldBe(0, unpacked.ToString());
        var files = Path.Combine(bundle, "rootfs");
        File.ReadAllText(Path.Combine(files, LongName)).ShouldBe("long");
        File.ReadAllBytes(Path.Combine(files, "model/large")).ShouldBe(Large());
        File.GetUnixFileMode(Path.Combine(files, "app/run")).ShouldBe((UnixFileMode)0b111_101_101);
        File.GetUnixFileMode(Path.Combine(files, "model/large")).ShouldBe((UnixFileMode)0b110_100_100);
        new FileInfo(Path.Combine(files, "app/link")).LinkTarget.ShouldBe($"../{LongName}");
    }

    private async Task<Core.Identity.Digest> MakeAsync()
    {
        var image = await _place.ImageAsync(
            "penguins:1.0.0",
            Workplace.Text(LongName, "long"),
            new LayerEntry.File("model/large", _place.Write("large", Large())),
            new LayerEntry.Content("app/run", "#!"u8.ToArray(), Executable: true),
            new LayerEntry.Link("app/link", $"../{LongName}"));
        return image.Manifest.Digest;
    }

    // More than one block, and no whole number of them.
    private static byte[] Large()
    {
        var bytes = new byte[(3 << 20) + 7];
        new Random(1).NextBytes(bytes);
        return bytes;
    }
}
