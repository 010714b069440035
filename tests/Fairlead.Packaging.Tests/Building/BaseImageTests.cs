using System.Text;
using Fairlead.Core.Homes;
using Fairlead.Oci.Images;
using Fairlead.Oci.Layers;
using Fairlead.Oci.Layouts;
using Fairlead.Oci.Registries;
using Fairlead.Packaging.Building;
using Fairlead.Packaging.Closure;
using Fairlead.Testing.Models;
using Fairlead.Testing.Registries;

namespace Fairlead.Packaging.Tests.Building;

public sealed class BaseImageTests(ImageFactory images) : IClassFixture<ImageFactory>
{
    [Fact]
    public async Task ABaseOfTheStoreKeepsItsLayersAndOnlyWhatItLacksIsAdded()
    {
        var below = await MakeBaseAsync(images.Store, "libc-base:1", without: "libssl.so.3");

        var image = await images.BuildAsync(Model(), Manifest("libc-base:1"));

        image.Layers.Select(l => l.Title).ShouldBe(["base image", "libraries", "onnxruntime", "model server", "model"]);
        image.Layers[0].Digest.ShouldBe(below.Layers[0].Digest);
        var root = await images.UnpackAsync(image);
        File.ReadAllText(Path.Combine(root, "etc/base-mark")).ShouldBe("here");
        File.Exists(Path.Combine(root, "usr/lib/x86_64-linux-gnu/libssl.so.3")).ShouldBeTrue();
        image.Layers[1].Size.ShouldBeLessThan(image.Layers[0].Size / 2, "libc, libstdc++ and libcrypto are the base's");
        var loaded = images.Load(image);
        loaded.Config.Run!.Environment!.ShouldContain("BASE=1");
        loaded.Config.Run.User.ShouldBe("65532:65532");
        loaded.Config.Run.Labels![AnnotationKeys.BaseName].ShouldBe("libc-base:1");
        loaded.Config.History!.Count.ShouldBe(5);
        loaded.Manifest.Layers.ShouldAllBe(l => l.MediaType == MediaTypes.Layer);
        (await new ImageVerifier(images.Store, images.Home, TimeProvider.System).RunAsync(ImageName.Parse("based:1"), _ => { }, CancellationToken.None)).Value.IsOk.ShouldBeTrue();
    }

    [Fact]
    public async Task ABaseThatHasEverythingGetsNoLibraryLayer()
    {
        await MakeBaseAsync(images.Store, "whole-base:1", without: null);

        var image = await images.BuildAsync(Model(), Manifest("whole-base:1"));

        image.Layers.Select(l => l.Title).ShouldBe(["base image", "onnxruntime", "model server", "model"]);
    }

    [Fact]
    public async Task ALayoutInTheManifestsFolderIsABase()
    {
        var folder = Model();
        var home = new FairleadHome(Path.Combine(images.NewFolder(), "other"));
        await MakeBaseAsync(new OciStore(home, TimeProvider.System), "libc-base:1", without: null);
        CopyFolder(home.Images, Path.Combine(folder, "layout"));

        var image = await images.BuildAsync(folder, Manifest("oci:layout"));

        image.Layers[0].Title.ShouldBe("base image");
        images.Load(image).Config.Run!.Labels!.Keys.ShouldNotContain(AnnotationKeys.BaseName);
    }

    [RegistryFact]
    public async Task ABaseOfARegistryIsPulled()
    {
        await using var registry = await RegistryServer.StartAsync();
        var home = new FairleadHome(Path.Combine(images.NewFolder(), "other"));
        var store = new OciStore(home, TimeProvider.System);
        await MakeBaseAsync(store, "libc-base:7", without: null);
        var reference = ImageReference.Parse($"{registry.Address}/bases/libc-base:7").Value;
        await using (var session = (await store.BeginAsync(CancellationToken.None)).Value)
        {
            var opened = (await session.OpenImageAsync(ImageName.Parse("libc-base:7"), CancellationToken.None)).Value;
            (await ImagePush.RunAsync(session, opened, reference, force: false, new RegistryOptions(), progress: null, CancellationToken.None)).Problems.ShouldBeEmpty();
        }

        var image = await images.BuildAsync(Model(), Manifest(reference.ToString()));

        images.Load(image).Config.Run!.Labels![AnnotationKeys.BaseName].ShouldBe(reference.ToString());
    }

    [Theory]
    [InlineData("oci:nothing", "FL2318")]
    [InlineData("not-in-the-store:1", "FL7302")]
    public async Task ABaseThatIsNotThereIsTold(string reference, string code) =>
        (await images.TryBuildAsync(Model(), Manifest(reference))).Problems.ShouldHaveSingleItem().Code.ShouldBe(code);

    [Fact]
    public async Task ABaseForAnotherMachineIsRefused()
    {
        await MakeBaseAsync(images.Store, "arm-base:1", without: null, architecture: "arm64");

        (await images.TryBuildAsync(Model(), Manifest("arm-base:1"))).Problems.ShouldHaveSingleItem().Code.ShouldBe("FL2319");
    }

    private string Model()
    {
        var folder = images.NewFolder();
        File.WriteAllBytes(Path.Combine(folder, "m.onnx"), TinyModels.Double());
        return folder;
    }

    private static string Manifest(string reference) => $"name: based\nversion: 1\nmodel: {{file: m.onnx}}\nimage: {{base: \"{reference}\"}}\n";

    /// <summary>A base with the libraries of this machine, as a distribution's image has them.</summary>
    private static async Task<ImageManifest> MakeBaseAsync(OciStore store, string name, string? without, string architecture = "amd64")
    {
        var libraries = LibraryLayer.Of(ServerProgram.In(ImageFactory.ServerFolder).Value, RootFolder.Machine, null).Value;
        LayerEntry[] entries = [.. libraries.Entries.Where(e => without is null || !e.Path.EndsWith(without, StringComparison.Ordinal)), new LayerEntry.Content("etc/base-mark", Encoding.ASCII.GetBytes("here"))];
        await using var session = (await store.BeginAsync(CancellationToken.None)).Value;
        var layer = (await session.AddLayerAsync(new LayerSpec("base image", entries, DateTimeOffset.UnixEpoch), CancellationToken.None)).Value;
        var config = new ImageConfig { Architecture = architecture, OperatingSystem = "linux", Run = new RunConfig { Environment = ["BASE=1"] }, RootFileSystem = new RootFileSystem { DiffIds = [layer.DiffId] } };
        var described = (await session.AddBlobAsync(OciJson.Write(config), MediaTypes.Config, CancellationToken.None)).Value;

        // As Docker's tools name the same bytes.
        var manifest = new ImageManifest { Config = described, Layers = [layer.Descriptor with { MediaType = MediaTypes.DockerLayer }] };
        (await session.AddImageAsync(ImageName.Parse(name), manifest, remote: null, CancellationToken.None)).Problems.ShouldBeEmpty();
        return manifest;
    }

    private static void CopyFolder(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.EnumerateFiles(from)) File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        foreach (var folder in Directory.EnumerateDirectories(from)) CopyFolder(folder, Path.Combine(to, Path.GetFileName(folder)));
    }
}
