using System.Text.Json;
using Fairlead.Oci.Images;
using Fairlead.Oci.Layers;
using Fairlead.Oci.Layouts;
using Fairlead.Testing.Registries;

namespace Fairlead.Cli.Tests.Commands;

public sealed class ImageCommandTests : IDisposable
{
    private readonly TestCli _cli = new() { Width = 160 };

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task Images_ListsEachWithWhatItShares()
    {
        (await _cli.RunAsync("images")).ShouldBe(0);
        _cli.Out.ShouldContain("fairlead build");
        await BuildAsync("penguins:1.0.0", "one");
        await BuildAsync("penguins:1.1.0", "two");

        (await _cli.RunAsync("images", "--output", "json")).ShouldBe(0);

        using var json = JsonDocument.Parse(_cli.Out[_cli.Out.IndexOf('[', StringComparison.Ordinal)..]);
        var images = json.RootElement.EnumerateArray().ToList();
        images.Select(i => $"{i.GetProperty("name")}:{i.GetProperty("version")}").ShouldBe(["penguins:1.0.0", "penguins:1.1.0"]);
        images.ShouldAllBe(i => i.GetProperty("shared").GetInt64() > 0 && i.GetProperty("shared").GetInt64() < i.GetProperty("size").GetInt64());
    }

    [Fact]
    public async Task Remove_FreesWhatOnlyThatImageNeeded_AndPruneFindsNothingMore()
    {
        await BuildAsync("penguins:1.0.0", "one");
        await BuildAsync("penguins:1.1.0", "two");

        (await _cli.RunAsync("images", "remove", "penguins:1.0.0")).ShouldBe(0);
        (await _cli.RunAsync("images", "prune")).ShouldBe(0);

        _cli.Out.ShouldContain("penguins:1.0.0 removed,");
        _cli.Out.ShouldContain("Every blob is needed.");
        Store().List().Value.ShouldHaveSingleItem().Name.ToString().ShouldBe("penguins:1.1.0");
    }

    [Theory]
    [InlineData("oci-archive")]
    [InlineData("docker-archive")]
    public async Task Export_AndImport_AreEachOthersInverse(string format)
    {
        await BuildAsync("penguins:1.0.0", "one");
        var digest = Store().Find(ImageName.Parse("penguins:1.0.0")).Value.Manifest.Digest;

        (await _cli.RunAsync("images", "export", "penguins:1.0.0", "p.tar", "--format", format)).ShouldBe(0);
        (await _cli.RunAsync("images", "remove", "penguins:1.0.0")).ShouldBe(0);
        (await _cli.RunAsync("images", "import", "p.tar", "--name", "mine:2")).ShouldBe(0);

        Store().List().Value.ShouldHaveSingleItem().Name.ToString().ShouldBe("mine:2");
        Store().Find(ImageName.Parse("mine:2")).Value.Manifest.Digest.ShouldBe(digest);
        Directory.GetFiles(_cli.Home.Root, "*.partial").ShouldBeEmpty();
    }

    [RegistryFact]
    public async Task Push_AndPull_GoThroughARealRegistry()
    {
        await using var registry = await RegistryServer.StartAsync();
        await BuildAsync("penguins:1.0.0", "one");

        (await _cli.RunAsync("push", "penguins:1.0.0", "--to", $"{registry.Address}/models/penguins")).ShouldBe(0, _cli.Error);
        _cli.Out.ShouldContain("sent");
        // Where it went is remembered.
        (await _cli.RunAsync("push", "penguins:1.0.0")).ShouldBe(0, _cli.Error);
        _cli.Out.ShouldContain("has this content already");
        (await _cli.RunAsync("images", "remove", "penguins:1.0.0")).ShouldBe(0);
        (await _cli.RunAsync("pull", $"{registry.Address}/models/penguins:1.0.0")).ShouldBe(0, _cli.Error);

        Store().List().Value.ShouldHaveSingleItem().Remote.ShouldBe($"{registry.Address}/models/penguins:1.0.0");
    }

    [RegistryFact]
    public async Task Push_OfAFolder_TakesTheManifestsRepository()
    {
        await using var registry = await RegistryServer.StartAsync();
        await BuildAsync("penguins:1.0.0", "one");
        _cli.WriteFile("fairlead.yaml", $"name: penguins\nversion: 1.0.0\nmodel: {{file: penguins.onnx}}\nimage: {{repository: '{registry.Address}/models/penguins'}}\n");

        (await _cli.RunAsync("push", ".", "--output", "json")).ShouldBe(0, _cli.Error);

        using var json = JsonDocument.Parse(_cli.Out);
        json.RootElement.GetProperty("reference").GetString().ShouldBe($"{registry.Address}/models/penguins:1.0.0");
        json.RootElement.GetProperty("blobs").EnumerateArray().Select(b => b.GetProperty("state").GetString()).ShouldAllBe(s => s == "moved");
    }

    [Theory]
    [InlineData("push penguins:1.0.0", 1, "FL7107")]
    [InlineData("push nowhere", 2, "FL1001")]
    [InlineData("push penguins:1.0.0 --to penguins", 2, "FL7302")]
    [InlineData("push penguins:1.0.0 --to h.io/p@sha256:0000000000000000000000000000000000000000000000000000000000000000", 2, "FL6100")]
    [InlineData("pull penguins:1.0.0", 2, "FL7302")]
    [InlineData("images remove penguins", 2, "FL6100")]
    [InlineData("images remove penguins:1.0.0", 1, "FL7107")]
    [InlineData("images export penguins:1.0.0 p.tar", 1, "FL7107")]
    [InlineData("images export penguins:1.0.0 p.tar --format zip", 2, "'fairlead images export --help'")]
    [InlineData("images import nowhere.tar", 1, "FL6112")]
    [InlineData("images import nowhere.tar --name x", 2, "FL6100")]
    [InlineData("images prnue", 2, "Did you mean 'prune'?")]
    public async Task WhatCannotBeDoneIsSaid(string line, int exitCode, string what)
    {
        (await _cli.RunAsync(line.Split(' '))).ShouldBe(exitCode);

        _cli.Error.ShouldContain(what);
        _cli.Out.ShouldBeEmpty();
    }

    [Fact]
    public async Task Push_WithoutAnyRepository_SaysHowToGiveOne()
    {
        await BuildAsync("penguins:1.0.0", "one");

        (await _cli.RunAsync("push", "penguins:1.0.0")).ShouldBe(1);

        _cli.Error.ShouldContain("FL6114");
        _cli.Error.ShouldContain("--to");
    }

    private OciStore Store() => new(_cli.Home, TimeProvider.System);

    /// <summary>Two layers, the first the same for all.</summary>
    private async Task BuildAsync(string name, string content)
    {
        await using var session = (await Store().BeginAsync(CancellationToken.None)).Value;
        var shared = await LayerAsync(session, "runtime", "the same for all");
        var model = await LayerAsync(session, "model", content);
        var config = new ImageConfig { Architecture = "amd64", OperatingSystem = "linux", RootFileSystem = new RootFileSystem { DiffIds = [shared.DiffId, model.DiffId] } };
        var described = (await session.AddBlobAsync(OciJson.Write(config), MediaTypes.Config, CancellationToken.None)).Value;
        (await session.AddImageAsync(ImageName.Parse(name), new ImageManifest { Config = described, Layers = [shared.Descriptor, model.Descriptor] }, remote: null, CancellationToken.None)).Problems.ShouldBeEmpty();
    }

    private static async Task<BuiltLayer> LayerAsync(StoreSession session, string title, string content) =>
        (await session.AddLayerAsync(new LayerSpec(title, [new LayerEntry.Content(title, System.Text.Encoding.UTF8.GetBytes(content))], DateTimeOffset.UnixEpoch), CancellationToken.None)).Value;
}
