using System.Text;
using Fairlead.Oci.Images;
using Fairlead.Oci.Layers;
using Fairlead.Packaging.Sbom;
using Fairlead.Packaging.Tests.Building;
using Fairlead.Testing.Models;

namespace Fairlead.Packaging.Tests.Verifying;

public sealed class ImageVerifierTests(ImageFactory images) : IClassFixture<ImageFactory>
{
    [Fact]
    public async Task AnImageThatWasBuiltHolds()
    {
        var image = await images.BuildAsync(images.CopyOfPenguins());

        var report = await VerifyAsync("penguins:1.0.0");

        report.Checks.Select(c => c.Problem).ShouldAllBe(p => p == null);
        report.Checks.Select(c => c.Subject).ShouldBe(["blobs", "files", "user", "secrets", "sbom", "serves"]);
        report.Checks[^1].Finding.ShouldBe("8 golden answers match");
        report.Digest.ShouldBe(image.Digest);
    }

    [Fact]
    public async Task ABlobThatWasChangedIsFound()
    {
        var image = await images.BuildAsync(images.CopyOfPenguins(), home: images.Home);
        var path = Path.Combine(images.Store.Folder, "blobs/sha256", image.Layers[3].Digest.Hex);
        var bytes = File.ReadAllBytes(path);
        try
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            bytes[^9] ^= 1;
            File.WriteAllBytes(path, bytes);

            FailedOf(await VerifyAsync("penguins:1.0.0")).ShouldContain(("blobs", "FL2330"));
        }
        finally
        {
            bytes[^9] ^= 1;
            File.WriteAllBytes(path, bytes);
        }
    }

    [Theory]
    [InlineData("0:0", "FL2331")]
    [InlineData("", "FL2331")]
    [InlineData("root", "FL2331")]
    [InlineData("65532", null)]
    public async Task AUserWhoIsRootIsFound(string user, string? code)
    {
        await ImageAsync(new RunConfig { User = user, Entrypoint = ["/bin/run"] }, Text("bin/run", "x"));

        FailedOf(await VerifyAsync("made:1")).ShouldBe(code is null ? [] : [("user", code)]);
    }

    [Fact]
    public async Task ASecretInAFileIsFound()
    {
        await ImageAsync(new RunConfig { User = "1" }, Text("etc/token", "ghp_" + "aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0eF3hJ6"));

        FailedOf(await VerifyAsync("made:1")).ShouldBe([("secrets", "FL2334")]);
    }

    [Fact]
    public async Task ASecretInTheEnvironmentIsFound()
    {
        await ImageAsync(new RunConfig { User = "1", Environment = ["TOKEN=ghp_" + "aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0eF3hJ6"] }, Text("a", "x"));

        FailedOf(await VerifyAsync("made:1")).ShouldBe([("secrets", "FL2334")]);
    }

    [Fact]
    public async Task ASecretThatTheBuildAllowedIsNone()
    {
        var folder = images.NewFolder();
        File.WriteAllBytes(Path.Combine(folder, "m.onnx"), TinyModels.Double());
        File.WriteAllText(Path.Combine(folder, "token"), "ghp_" + "aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0eF3hJ6");
        await images.BuildAsync(folder, "name: allowed\nversion: 1\nmodel: {file: m.onnx}\nfiles: [{from: token, to: /etc/token}]\nimage: {allow_secrets: [token]}\n");

        var report = await VerifyAsync("allowed:1");

        FailedOf(report).ShouldBeEmpty();
        report.Checks.Single(c => c.Subject == "secrets").Finding.ShouldBe("none but those allowed: etc/token");
    }

    [Fact]
    public async Task AFileThatIsNotTheSbomsIsFound()
    {
        // The same image with another model in its place: only the SBOM can tell.
        var image = images.Load(await images.BuildAsync(images.CopyOfPenguins()));
        await OverAsync(image, Text("model/penguins.onnx", "another"));

        FailedOf(await VerifyAsync("made:1")).ShouldBe([("sbom", "FL2333"), ("serves", "FL2314")]);
    }

    [Fact]
    public async Task AProgramThatTheSbomDoesNotNameIsFound()
    {
        var image = images.Load(await images.BuildAsync(images.CopyOfPenguins()));
        await OverAsync(image, new LayerEntry.File("usr/bin/ls", "/bin/ls", Executable: true));

        var check = (await VerifyAsync("made:1")).Checks.Single(c => c.Problem is not null);

        check.Problem!.Message.ShouldContain("usr/bin/ls is not in it");
    }

    [Fact]
    public async Task AnImageWithoutItsSbomIsFound()
    {
        var image = images.Load(await images.BuildAsync(images.CopyOfPenguins()));
        await OverAsync(image, Text(ImageSbom.PathInImage, "{}"));

        FailedOf(await VerifyAsync("made:1")).ShouldBe([("sbom", "FL2332")]);
    }

    [Fact]
    public async Task WrongGoldenAnswersAreFound()
    {
        var image = images.Load(await images.BuildAsync(images.CopyOfPenguins()));
        var golden = File.ReadAllText(Path.Combine(ImageFactory.Penguins, "golden.json")).Replace("\"data\":[0]}", "\"data\":[1]}", StringComparison.Ordinal);
        await OverAsync(image, Text("model/golden.json", golden));

        var checks = (await VerifyAsync("made:1")).Checks;

        checks.Single(c => c.Subject == "serves").Problem!.Message.ShouldContain("FL2215");
    }

    private async Task<VerifyReport> VerifyAsync(string name)
    {
        var verified = await new ImageVerifier(images.Store, images.Home, TimeProvider.System).RunAsync(ImageName.Parse(name), _ => { }, CancellationToken.None);
        verified.Problems.ShouldBeEmpty();
        return verified.Value;
    }

    private static IEnumerable<(string Subject, string Code)> FailedOf(VerifyReport report) => report.Checks.Where(c => c.Problem is not null).Select(c => (c.Subject, c.Problem!.Code));

    private static LayerEntry.Content Text(string path, string text) => new(path, Encoding.UTF8.GetBytes(text));

    private Task ImageAsync(RunConfig run, params LayerEntry[] entries) => MakeAsync(run, [], [], entries);

    /// <summary>An image with one more layer over another's.</summary>
    private Task OverAsync(Fairlead.Oci.Layouts.LoadedImage image, params LayerEntry[] entries) =>
        MakeAsync(image.Config.Run!, image.Manifest.Layers, image.Config.RootFileSystem.DiffIds, entries);

    private async Task MakeAsync(RunConfig run, IReadOnlyList<Descriptor> below, IReadOnlyList<Core.Identity.Digest> diffIds, IReadOnlyList<LayerEntry> entries)
    {
        await using var session = (await images.Store.BeginAsync(CancellationToken.None)).Value;
        var layer = (await session.AddLayerAsync(new LayerSpec("made", entries, DateTimeOffset.UnixEpoch), CancellationToken.None)).Value;
        var config = new ImageConfig { Architecture = "amd64", OperatingSystem = "linux", Run = run, RootFileSystem = new RootFileSystem { DiffIds = [.. diffIds, layer.DiffId] } };
        var described = (await session.AddBlobAsync(OciJson.Write(config), MediaTypes.Config, CancellationToken.None)).Value;
        var manifest = new ImageManifest { Config = described, Layers = [.. below, layer.Descriptor] };
        (await session.AddImageAsync(ImageName.Parse("made:1"), manifest, remote: null, CancellationToken.None)).Problems.ShouldBeEmpty();
    }
}
