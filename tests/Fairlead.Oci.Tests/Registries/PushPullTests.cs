using Fairlead.Oci.Images;
using Fairlead.Oci.Layers;
using Fairlead.Oci.Registries.Transfers;
using Fairlead.Oci.Tests.Layouts;
using Fairlead.Testing.Programs;
using Fairlead.Testing.Registries;

namespace Fairlead.Oci.Tests.Registries;

/// <summary>Against the real registry, without faults.</summary>
public sealed class PushPullTests : RegistryTestBase
{
    [RegistryFact]
    public async Task WhatIsPushedIsPulledAsItWas()
    {
        await using var registry = await RegistryServer.StartAsync();
        var image = await ImageAsync();

        var pushed = await PushAsync($"{registry.Address}/models/penguins");
        var pulled = await PullAsync($"{registry.Address}/models/penguins:1.0.0");
        var again = await PullAsync($"{registry.Address}/models/penguins@{image.Manifest.Digest}");

        pushed.Value.Digest.ShouldBe(image.Manifest.Digest);
        pushed.Value.Blobs.ShouldAllBe(b => b.State == TransferState.Moved);
        pulled.Value.Image.Manifest.Digest.ShouldBe(image.Manifest.Digest);
        pulled.Value.Image.Name.ToString().ShouldBe("penguins:1.0.0");
        pulled.Value.Image.Remote.ShouldBe($"{registry.Address}/models/penguins:1.0.0");
        again.Value.Blobs.ShouldAllBe(b => b.State == TransferState.Present);
        again.Value.Image.Name.ToString().ShouldBe($"penguins:sha256-{image.Manifest.Digest.Short}");
        await VerifyAsync(There.Store);
    }

    [RegistryFact]
    public async Task AVersionDoesNotChangeOnceItIsPushed()
    {
        await using var registry = await RegistryServer.StartAsync();
        var first = await ImageAsync(seed: 1);
        await PushAsync($"{registry.Address}/penguins");

        (await PushAsync($"{registry.Address}/penguins")).Value.Unchanged.ShouldBeTrue();
        var second = await ImageAsync(seed: 2);
        var refused = await PushAsync($"{registry.Address}/penguins");
        (await PullAsync($"{registry.Address}/penguins:1.0.0")).Value.Image.Manifest.Digest.ShouldBe(first.Manifest.Digest);
        var forced = await PushAsync($"{registry.Address}/penguins", force: true);

        var problem = refused.Problems.ShouldHaveSingleItem();
        problem.Code.ShouldBe("FL7318");
        problem.Message.ShouldContain(first.Manifest.Digest.Short);
        problem.Hint.ShouldContain("--force");
        forced.Value.Digest.ShouldBe(second.Manifest.Digest);
        (await PullAsync($"{registry.Address}/penguins:1.0.0")).Value.Image.Manifest.Digest.ShouldBe(second.Manifest.Digest);
    }

    [RegistryFact]
    public async Task ASecondVersionSendsItsModelAndLittleElse()
    {
        await using var registry = await RegistryServer.StartAsync();
        await using var proxy = await FaultProxy.StartAsync(registry.Address);
        await VersionAsync("penguins:1.0.0", seed: 1);
        var second = await VersionAsync("penguins:1.1.0", seed: 2);
        await PushAsync($"{proxy.Address}/penguins");
        var before = proxy.Seen.Sum(r => r.BodyBytes);

        var pushed = await PushAsync($"{proxy.Address}/penguins", name: "penguins:1.1.0");

        pushed.Value.Blobs.Select(b => b.State).ShouldBe([TransferState.Moved, TransferState.Present, TransferState.Moved]);
        (proxy.Seen.Sum(r => r.BodyBytes) - before).ShouldBeLessThan(second + 30_000);
    }

    [RegistryFact]
    public async Task WhatAnotherRepositoryOfTheRegistryHasIsMounted()
    {
        await using var registry = await RegistryServer.StartAsync();
        await VersionAsync("penguins:1.0.0", seed: 1);
        await VersionAsync("digits:1.0.0", seed: 2);
        await PushAsync($"{registry.Address}/models/penguins");

        var pushed = await PushAsync($"{registry.Address}/models/digits", name: "digits:1.0.0");

        pushed.Value.Blobs.Select(b => b.State).ShouldBe([TransferState.Moved, TransferState.Mounted, TransferState.Moved]);
        (await PullAsync($"{registry.Address}/models/digits:1.0.0")).Problems.ShouldBeEmpty();
    }

    [RegistryFact]
    public async Task ReferrersGoAlong_ByATagWhereTheRegistryKeepsNoList()
    {
        await using var registry = await RegistryServer.StartAsync();

        await ReferrersGoAlongAsync(registry.Address);
    }

    [Fact]
    public async Task ReferrersGoAlong_InTheRegistrysOwnList()
    {
        await using var registry = await SpecRegistry.StartAsync();

        await ReferrersGoAlongAsync(registry.Address);
    }

    [RegistryFact]
    public async Task WhatSkopeoPushedIsPulled_OfSeveralPlatformsThisMachines()
    {
        await using var registry = await RegistryServer.StartAsync();
        var image = await ImageAsync();
        var copied = await Tool.RunAsync("skopeo", "copy", "--dest-tls-verify=false", "--format", "v2s2", $"oci:{Here.Store.Folder}:penguins:1.0.0", $"docker://{registry.Address}/penguins:docker");
        copied.ExitCode.ShouldBe(0, copied.ToString());

        var pulled = await PullAsync($"{registry.Address}/penguins:docker");

        pulled.Problems.ShouldBeEmpty();
        There.Store.Load(pulled.Value.Image).Value.Manifest.Layers[0].MediaType.ShouldBe(MediaTypes.DockerLayer);
        There.Store.Load(pulled.Value.Image).Value.Manifest.Layers[0].Digest.ShouldBe(Here.Store.Load(image).Value.Manifest.Layers[0].Digest);
        await VerifyAsync(There.Store);
    }

    [RegistryTheory]
    [InlineData("penguins:9.9.9", "FL7316")]
    [InlineData("nothing:1", "FL7316")]
    [InlineData("penguins@sha256:0000000000000000000000000000000000000000000000000000000000000000", "FL7316")]
    [InlineData("penguins", "FL7303")]
    public async Task WhatIsNotThereIsToldPlainly(string path, string code)
    {
        await using var registry = await RegistryServer.StartAsync();
        await ImageAsync(size: 100);
        await PushAsync($"{registry.Address}/penguins");

        (await PullAsync($"{registry.Address}/{path}")).Problems.ShouldHaveSingleItem().Code.ShouldBe(code);
    }

    [Fact]
    public async Task AHostThatIsNoneAndAPortThatNobodyListensOn()
    {
        await ImageAsync(size: 100);

        (await PushAsync("registry.invalid/penguins")).Problems.ShouldHaveSingleItem().Code.ShouldBe("FL7306");
        (await PushAsync($"127.0.0.1:{FairleadHomeUnderTest.FreePort()}/penguins")).Problems.ShouldHaveSingleItem().Code.ShouldBe("FL7308");
    }

    private async Task ReferrersGoAlongAsync(string address)
    {
        var image = await ImageAsync(size: 1000);
        Descriptor attached;
        await using (var session = await Here.BeginAsync()) attached = await OciStoreTests.AttachAsync(session, image.Manifest);

        var pushed = await PushAsync($"{address}/penguins");
        var pulled = await PullAsync($"{address}/penguins:1.0.0");

        pushed.Value.Referrers.ShouldHaveSingleItem().Digest.ShouldBe(attached.Digest);
        pulled.Value.Referrers.ShouldHaveSingleItem().Digest.ShouldBe(attached.Digest);
        There.Store.Referrers(image.Manifest.Digest).Value.ShouldHaveSingleItem().Descriptor.ArtifactType.ShouldBe("application/spdx+json");
        await VerifyAsync(There.Store);
    }

    /// <summary>Two layers, of which the first is the same in all versions.</summary>
    /// <returns>The bytes of the second.</returns>
    private async Task<long> VersionAsync(string name, int seed)
    {
        await using var session = await Here.BeginAsync();
        var same = await AddAsync(session, "runtime", Random(2 << 20, seed: 99));
        var model = await AddAsync(session, "model", Random(300_000, seed));
        var config = new ImageConfig { Architecture = "amd64", OperatingSystem = "linux", RootFileSystem = new RootFileSystem { DiffIds = [same.DiffId, model.DiffId] } };
        var described = (await session.AddBlobAsync(OciJson.Write(config), MediaTypes.Config, CancellationToken.None)).Value;
        await session.AddImageAsync(ImageName.Parse(name), new ImageManifest { Config = described, Layers = [same.Descriptor, model.Descriptor] }, remote: null, CancellationToken.None);
        return model.Descriptor.Size;
    }

    private static async Task<BuiltLayer> AddAsync(Oci.Layouts.StoreSession session, string title, byte[] content) =>
        (await session.AddLayerAsync(new LayerSpec(title, [new LayerEntry.Content(title, content)], DateTimeOffset.UnixEpoch), CancellationToken.None)).Value;
}
