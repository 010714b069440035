using Fairlead.Core.Identity;
using Fairlead.Oci.Images;
using Fairlead.Oci.Layers;
using Fairlead.Oci.Layouts;

namespace Fairlead.Oci.Tests.Layouts;

public sealed class OciStoreTests : IDisposable
{
    private readonly Workplace _place = new();

    private OciStore Store => _place.Store;

    public void Dispose() => _place.Dispose();

    [Fact]
    public async Task AnImageIsFoundByItsNameAndInTheIndex()
    {
        var image = await _place.ImageAsync("penguins:1.0.0", Workplace.Text("model/m", "1"));

        Store.Find(ImageName.Parse("penguins:1.0.0")).Value.Manifest.Digest.ShouldBe(image.Manifest.Digest);
        Store.Load(image).Value.Config.Run!.User.ShouldBe("65532:65532");
        var index = await File.ReadAllTextAsync(Path.Combine(Store.Folder, "index.json"));
        index.ShouldContain("\"org.opencontainers.image.ref.name\":\"penguins:1.0.0\"");
        (await File.ReadAllTextAsync(Path.Combine(Store.Folder, "oci-layout"))).ShouldBe("""{"imageLayoutVersion":"1.0.0"}""");
    }

    [Fact]
    public async Task ANameMeansTheLastImageThatGotIt()
    {
        await _place.ImageAsync("penguins:1.0.0", Workplace.Text("m", "1"));
        var second = await _place.ImageAsync("penguins:1.0.0", Workplace.Text("m", "2"));

        Store.List().Value.ShouldHaveSingleItem().Manifest.Digest.ShouldBe(second.Manifest.Digest);
    }

    [Fact]
    public async Task AnUnknownNameIsAProblemThatListsWhatThereIs()
    {
        Store.Find(ImageName.Parse("x:1")).Problems[0].Hint.ShouldContain("fairlead build");
        await _place.ImageAsync("penguins:1.0.0", Workplace.Text("m", "1"));

        var problem = Store.Find(ImageName.Parse("x:1")).Problems.ShouldHaveSingleItem();

        problem.Code.ShouldBe("FL7107");
        problem.Hint.ShouldContain("penguins:1.0.0");
    }

    [Fact]
    public async Task Prune_FreesWhatNoImageNeeds_AndKeepsWhatTwoShare()
    {
        var (shared, first) = (Workplace.Text("s", "shared"), Workplace.Text("m", "1"));
        await _place.ImageAsync("a:1", shared);
        await _place.ImageAsync("b:1", shared);
        var alone = await _place.ImageAsync("c:1", first);
        (await Store.RemoveAsync(ImageName.Parse("a:1"), CancellationToken.None)).IsOk.ShouldBeTrue();
        (await Store.RemoveAsync(ImageName.Parse("c:1"), CancellationToken.None)).IsOk.ShouldBeTrue();

        var report = (await Store.PruneAsync(CancellationToken.None)).Value;

        report.Removed.ShouldContain(alone.Manifest.Digest);
        report.Removed.Count.ShouldBe(3);
        report.Bytes.ShouldBeGreaterThan(alone.Manifest.Size);
        await VerifyAsync(3);
        (await Store.PruneAsync(CancellationToken.None)).Value.Removed.ShouldBeEmpty();
    }

    [Fact]
    public async Task Prune_KeepsWhatASessionHasAddedOrFoundOrOpened_UntilItEnds()
    {
        var old = await _place.LayerAsync(Workplace.Text("old", "found by the session"));
        var image = await _place.ImageAsync("opened:1", Workplace.Text("o", "opened"));
        BuiltLayer added;
        await using (var session = await _place.BeginAsync())
        {
            added = (await session.AddLayerAsync(Spec("new"), CancellationToken.None)).Value;
            (await session.HoldAsync(old.Descriptor.Digest, old.Descriptor.Size, CancellationToken.None)).ShouldBeTrue();
            (await session.OpenImageAsync(image.Name, CancellationToken.None)).IsOk.ShouldBeTrue();
            await Store.RemoveAsync(image.Name, CancellationToken.None);

            (await new OciStore(_place.Home, TimeProvider.System).PruneAsync(CancellationToken.None)).Value.Removed.ShouldBeEmpty();
        }

        var removed = (await Store.PruneAsync(CancellationToken.None)).Value.Removed;

        removed.ShouldContain(old.Descriptor.Digest);
        removed.ShouldContain(added.Descriptor.Digest);
        removed.ShouldContain(image.Manifest.Digest);
        await VerifyAsync(0);
    }

    [Fact]
    public async Task ASessionWhoseBlobWasPrunedBeforeItLookedMakesItAnew()
    {
        var before = await _place.LayerAsync(Workplace.Text("a", "1"));
        await Store.PruneAsync(CancellationToken.None);

        var after = await _place.LayerAsync(Workplace.Text("a", "1"));

        (after.Reused, after.Descriptor.Digest).ShouldBe((false, before.Descriptor.Digest));
    }

    [Fact]
    public async Task WhatADeadProcessLeftIsRemovedByTheNext()
    {
        await _place.ImageAsync("a:1", Workplace.Text("a", "1"));
        // A folder whose lock nobody holds is what is left of a process that was killed.
        var dead = Directory.CreateDirectory(Path.Combine(Store.Layout.Sessions, "dead")).FullName;
        await File.WriteAllTextAsync(Path.Combine(dead, "lock"), "");
        await File.WriteAllTextAsync(Path.Combine(dead, "blob-1"), "half");
        await File.WriteAllTextAsync(Store.Layout.NextIndex, "{half");

        await using (var session = await _place.BeginAsync()) Directory.Exists(dead).ShouldBeFalse();

        Directory.GetDirectories(Store.Layout.Sessions).ShouldBeEmpty();
        await VerifyAsync(3);
    }

    [Fact]
    public async Task Verify_TellsEveryBlobThatIsDamagedOrMissing()
    {
        var (damaged, lacking) = (await _place.ImageAsync("a:1", Workplace.Text("a", "1")), await _place.ImageAsync("b:1", Workplace.Text("b", "2")));
        var layer = Store.Load(damaged).Value.Manifest.Layers[0].Digest;
        Overwrite(Store.Layout.BlobOf(layer));
        var gone = Store.Load(lacking).Value.Manifest.Layers[0].Digest;
        File.Delete(Store.Layout.BlobOf(gone));

        var problems = (await Store.VerifyAsync(CancellationToken.None)).Problems;

        problems.Select(p => p.Code).ShouldBe(["FL7109", "FL7108"]);
        problems[0].Message.ShouldContain(layer.Hex);
        problems[1].Message.ShouldContain(gone.Hex);
    }

    [Fact]
    public async Task AManifestThatIsDamagedStopsAPrune()
    {
        var image = await _place.ImageAsync("a:1", Workplace.Text("a", "1"));
        Overwrite(Store.Layout.BlobOf(image.Manifest.Digest));

        (await Store.PruneAsync(CancellationToken.None)).Problems.ShouldHaveSingleItem().Code.ShouldBe("FL7109");
        Store.Layout.AllBlobs().Count().ShouldBe(3);
    }

    [Fact]
    public async Task AnIndexThatIsDamagedIsRefusedAndLeftAsItIs()
    {
        await _place.ImageAsync("a:1", Workplace.Text("a", "1"));
        await File.WriteAllTextAsync(Store.Layout.IndexFile, "{");

        Store.List().Problems.ShouldHaveSingleItem().Code.ShouldBe("FL7101");
        (await Store.PruneAsync(CancellationToken.None)).Problems.ShouldHaveSingleItem().Code.ShouldBe("FL7101");
        (await File.ReadAllTextAsync(Store.Layout.IndexFile)).ShouldBe("{");
    }

    [Fact]
    public async Task AnImageThatLacksABlobGetsNoName()
    {
        await using var session = await _place.BeginAsync();
        var absent = new Descriptor { MediaType = MediaTypes.Config, Digest = Digest.Of("x"u8), Size = 1 };

        var added = await session.AddImageAsync(ImageName.Parse("a:1"), new ImageManifest { Config = absent, Layers = [] }, remote: null, CancellationToken.None);

        added.Problems.ShouldHaveSingleItem().Code.ShouldBe("FL7108");
        Store.List().Value.ShouldBeEmpty();
    }

    [Fact]
    public async Task Referrers_GoWithTheirImageAndNotBefore()
    {
        var image = await _place.ImageAsync("a:1", Workplace.Text("a", "1"));
        Digest about;
        await using (var session = await _place.BeginAsync()) about = (await AttachAsync(session, image.Manifest)).Digest;
        await _place.ImageAsync("b:1", Workplace.Text("a", "1"));

        await Store.RemoveAsync(ImageName.Parse("a:1"), CancellationToken.None);
        await Store.PruneAsync(CancellationToken.None);
        Store.Referrers(image.Manifest.Digest).Value.ShouldHaveSingleItem().Descriptor.Digest.ShouldBe(about, "b:1 is the same manifest");

        await Store.RemoveAsync(ImageName.Parse("b:1"), CancellationToken.None);
        await Store.PruneAsync(CancellationToken.None);
        Store.Layout.AllBlobs().ShouldBeEmpty();
    }

    [Fact]
    public async Task AStoreThatCannotBeWrittenIsAProblem()
    {
        Directory.CreateDirectory(_place.Home.Root);
        await File.WriteAllTextAsync(_place.Home.Images, "a file where the store should be");

        (await Store.BeginAsync(CancellationToken.None)).Problems.ShouldHaveSingleItem().Code.ShouldBe("FL7104");
    }

    [Fact]
    public void AFullDiskIsToldApartFromOneThatCannotBeWritten()
    {
        // The kernel's device that is always full gives the very error.
        using var full = new FileStream("/dev/full", FileMode.Open, FileAccess.Write, FileShare.None, bufferSize: 0);
        var error = Should.Throw<IOException>(() => full.WriteByte(1));

        StoreIo.Translate("store", error).Code.ShouldBe("FL7103");
        StoreIo.Translate("store", new UnauthorizedAccessException("no")).Code.ShouldBe("FL7104");
    }

    [Fact]
    public async Task NoStoreYet_IsNothingToListOrPruneOrVerify()
    {
        Store.List().Value.ShouldBeEmpty();
        (await Store.PruneAsync(CancellationToken.None)).Value.Removed.ShouldBeEmpty();
        (await Store.VerifyAsync(CancellationToken.None)).Value.ShouldBe(0);
        Directory.Exists(Store.Folder).ShouldBeFalse();
    }

    internal static async Task<Descriptor> AttachAsync(StoreSession session, Descriptor subject)
    {
        var empty = (await session.AddBlobAsync("{}"u8.ToArray(), MediaTypes.Empty, CancellationToken.None)).Value;
        var sbom = (await session.AddBlobAsync("""{"spdxVersion":"SPDX-2.3"}"""u8.ToArray(), "application/spdx+json", CancellationToken.None)).Value;
        var manifest = new ImageManifest { ArtifactType = "application/spdx+json", Config = empty, Layers = [sbom], Subject = new Descriptor { MediaType = subject.MediaType, Digest = subject.Digest, Size = subject.Size } };
        return (await session.AddReferrerAsync(manifest, CancellationToken.None)).Value;
    }

    private static LayerSpec Spec(string text) => new("layer", [Workplace.Text("f", text)], DateTimeOffset.UnixEpoch);

    private async Task VerifyAsync(int blobs) => (await Store.VerifyAsync(CancellationToken.None)).Value.ShouldBe(blobs);

    private static void Overwrite(string blob)
    {
        File.SetUnixFileMode(blob, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var bytes = File.ReadAllBytes(blob);
        bytes[^1] ^= 1;
        File.WriteAllBytes(blob, bytes);
    }
}
