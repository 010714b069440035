using Fairlead.Oci.Layers;

namespace Fairlead.Oci.Tests.Layers;

/// <summary>What is not made again. The clock is a day ahead of the files, so their stamps count as settled.</summary>
public sealed class LayerReuseTests : IDisposable
{
    private readonly Workplace _place = new(new Ahead());

    public void Dispose() => _place.Dispose();

    [Fact]
    public async Task UnchangedFilesAreNotRead()
    {
        var path = _place.Write("weights", "content");
        var first = await BuildAsync(path);
        // Whoever reads the files leaves the other two records behind.
        var records = Directory.GetFiles(Path.Combine(_place.Home.Cache, "layers"));
        var stamps = LayerKey.ByStamps(LayerOrder.Of([new LayerEntry.File("model/weights", path)]), DateTimeOffset.UnixEpoch, new Dictionary<string, FileStamp> { [path] = FileStamp.Of(path) });
        foreach (var other in records.Where(r => Path.GetFileName(r) != stamps.Hex)) File.Delete(other);

        var second = await BuildAsync(path);

        second.Reused.ShouldBeTrue();
        second.Descriptor.Digest.ShouldBe(first.Descriptor.Digest);
        Directory.GetFiles(Path.Combine(_place.Home.Cache, "layers")).ShouldHaveSingleItem("with only the stamps known, it was neither hashed nor packed");
    }

    [Fact]
    public async Task AFileWrittenAgainWithItsOldSizeAndTimeIsSeen()
    {
        var path = _place.Write("weights", "before");
        var first = await BuildAsync(path);
        var time = File.GetLastWriteTimeUtc(path);
        File.WriteAllText(path, "after!");
        File.SetLastWriteTimeUtc(path, time);

        var second = await BuildAsync(path);

        second.Reused.ShouldBeFalse();
        second.Descriptor.Digest.ShouldNotBe(first.Descriptor.Digest);
    }

    [Fact]
    public async Task ACopyOfTheFilesIsTheSameLayer()
    {
        var first = await BuildAsync(_place.Write("here/weights", "content"));

        var second = await BuildAsync(_place.Write("there/weights", "content"));

        second.Reused.ShouldBeTrue();
        second.ShouldBe(first with { Reused = true, Descriptor = second.Descriptor });
        second.Descriptor.Digest.ShouldBe(first.Descriptor.Digest);
    }

    [Fact]
    public async Task ABlobThatIsGoneIsMadeAgain()
    {
        var path = _place.Write("weights", "content");
        var first = await BuildAsync(path);
        File.Delete(_place.Store.Layout.BlobOf(first.Descriptor.Digest));

        var second = await BuildAsync(path);

        second.Reused.ShouldBeFalse();
        File.Exists(_place.Store.Layout.BlobOf(second.Descriptor.Digest)).ShouldBeTrue();
        second.Descriptor.Digest.ShouldBe(first.Descriptor.Digest);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("""{"digest":"sha256:0","size":1,"diff_id":"x","unpacked_size":1}""")]
    public async Task ADamagedRecordCostsTheWorkAndNothingElse(string record)
    {
        var path = _place.Write("weights", "content");
        var first = await BuildAsync(path);
        foreach (var file in Directory.GetFiles(Path.Combine(_place.Home.Cache, "layers"))) File.WriteAllText(file, record);

        (await BuildAsync(path)).Descriptor.Digest.ShouldBe(first.Descriptor.Digest);
    }

    [Fact]
    public async Task AYoungFileIsNotTrusted()
    {
        using var place = new Workplace();
        var path = place.Write("weights", "content");
        await place.LayerAsync(new LayerEntry.File("weights", path));

        // Known by shape and by tar, not by stamps.
        Directory.GetFiles(Path.Combine(place.Home.Cache, "layers")).Length.ShouldBe(2);
        await BuildAsync(path);
        Directory.GetFiles(Path.Combine(_place.Home.Cache, "layers")).Length.ShouldBe(3);
    }

    private Task<BuiltLayer> BuildAsync(string path) => _place.LayerAsync(new LayerEntry.File("model/weights", path));

    private sealed class Ahead : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddDays(1);
    }
}
