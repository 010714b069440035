using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Fairlead.Core.Identity;
using Fairlead.Oci.Layers;
using Fairlead.Oci.Streams;

namespace Fairlead.Oci.Tests.Layers;

public sealed class LayerTests : IDisposable
{
    private readonly Workplace _place = new();

    public void Dispose() => _place.Dispose();

    [Fact]
    public async Task LayersOfEqualContentHaveOneDigest_WhateverFolderOrderTimesAndModesOfTheSources()
    {
        using var other = new Workplace();
        var (first, second) = (_place.Write("a/one", "1"), other.Write("b/uno", "1"));
        File.SetLastWriteTimeUtc(second, new DateTime(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc));
        File.SetUnixFileMode(second, UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.SetUser);

        var here = await _place.LayerAsync(new LayerEntry.File("model/one", first), Workplace.Text("app/two", "2"));
        var there = await other.LayerAsync(Workplace.Text("app/two", "2"), new LayerEntry.File("model/one", second));

        there.Descriptor.Digest.ShouldBe(here.Descriptor.Digest);
        there.DiffId.ShouldBe(here.DiffId);
    }

    [Theory]
    [InlineData("a byte")]
    [InlineData("a name")]
    [InlineData("the executable bit")]
    [InlineData("the time")]
    [InlineData("a link's target")]
    public async Task LayersThatDifferInOneThingHaveOtherDigests(string what)
    {
        var before = await DigestAsync(Workplace.Text("f", "x"), new LayerEntry.Link("l", "f"), DateTimeOffset.UnixEpoch);

        var after = what switch
        {
            "a byte" => await DigestAsync(Workplace.Text("f", "y"), new LayerEntry.Link("l", "f"), DateTimeOffset.UnixEpoch),
            "a name" => await DigestAsync(Workplace.Text("g", "x"), new LayerEntry.Link("l", "f"), DateTimeOffset.UnixEpoch),
            "the executable bit" => await DigestAsync(Workplace.Text("f", "x") with { Executable = true }, new LayerEntry.Link("l", "f"), DateTimeOffset.UnixEpoch),
            "the time" => await DigestAsync(Workplace.Text("f", "x"), new LayerEntry.Link("l", "f"), DateTimeOffset.UnixEpoch.AddSeconds(1)),
            _ => await DigestAsync(Workplace.Text("f", "x"), new LayerEntry.Link("l", "g"), DateTimeOffset.UnixEpoch),
        };

        after.ShouldNotBe(before);
    }

    [Fact]
    public async Task TheTarHasSortedEntriesOfRootWithFixedModesAndTimes()
    {
        var layer = await _place.LayerAsync(
            Workplace.Text("model/weights", "w"), new LayerEntry.Content("app/run", "#!"u8.ToArray(), Executable: true), new LayerEntry.Link("app/b", "run"), new LayerEntry.Folder("tmp", (UnixFileMode)0b1_111_111_111));

        var entries = await EntriesAsync(layer.Descriptor.Digest);

        entries.Select(e => (e.Name, e.EntryType, (int)e.Mode)).ShouldBe(
        [
            ("app/", TarEntryType.Directory, 0b111_101_101), ("app/b", TarEntryType.SymbolicLink, 0b111_111_111), ("app/run", TarEntryType.RegularFile, 0b111_101_101),
            ("model/", TarEntryType.Directory, 0b111_101_101), ("model/weights", TarEntryType.RegularFile, 0b110_100_100), ("tmp/", TarEntryType.Directory, 0b1_111_111_111),
        ]);
        entries.ShouldAllBe(e => e.Uid == 0 && e.Gid == 0 && e.ModificationTime == DateTimeOffset.UnixEpoch);
    }

    [Fact]
    public async Task TheDiffIdIsThatOfTheTar_AndTheDigestThatOfTheBlob()
    {
        var layer = await _place.LayerAsync(new LayerEntry.File("large", _place.Write("large", new byte[(3 << 20) + 1])));

        var blob = await File.ReadAllBytesAsync(_place.Store.Layout.BlobOf(layer.Descriptor.Digest));
        var tar = new MemoryStream();
        await new GZipStream(new MemoryStream(blob), CompressionMode.Decompress).CopyToAsync(tar);

        Digest.Of(blob).ShouldBe(layer.Descriptor.Digest);
        Digest.Of(tar.ToArray()).ShouldBe(layer.DiffId);
        tar.Length.ShouldBe(layer.UnpackedSize);
        (tar.Length % 512).ShouldBe(0);
    }

    [Theory]
    [InlineData("random", false)]
    [InlineData("zeros", true)]
    [InlineData("random with one byte of four constant, as floats are", true)]
    [InlineData("random and zeros by turns", true)]
    public void WhatDoesNotGetSmallerIsNotTried(string content, bool worthIt)
    {
        var block = new byte[1 << 20];
        if (content != "zeros") new Random(1).NextBytes(block);
        if (content.Contains("one byte of four", StringComparison.Ordinal)) for (var i = 3; i < block.Length; i += 4) block[i] = 0x3f;
        if (content.Contains("by turns", StringComparison.Ordinal)) for (var i = 0; i < 1_000_000; i += 200_000) block.AsSpan(i, 100_000).Clear();

        Compressibility.IsWorthIt(block).ShouldBe(worthIt);
    }

    [Fact]
    public async Task AFileThatCannotBeReadIsNamed()
    {
        await using var session = await _place.BeginAsync();

        var built = await session.AddLayerAsync(new LayerSpec("model", [new LayerEntry.File("a", "/nowhere/a"), new LayerEntry.File("b", "/nowhere/b")], DateTimeOffset.UnixEpoch), CancellationToken.None);

        built.Problems.Select(p => p.Code).ShouldBe(["FL7001", "FL7001"]);
        built.Problems[1].Message.ShouldContain("/nowhere/b");
    }

    [Fact]
    public async Task AFileThatIsWrittenMeanwhileIsRefused()
    {
        var path = _place.Write("growing", new byte[64 << 20]);
        using var stop = new CancellationTokenSource();
        var writing = Task.Run(
            async () =>
            {
                await using var file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
                while (!stop.IsCancellationRequested) file.WriteByte(1);
            },
            CancellationToken.None);
        await using var session = await _place.BeginAsync();

        var built = await session.AddLayerAsync(new LayerSpec("model", [new LayerEntry.File("growing", path)], DateTimeOffset.UnixEpoch), CancellationToken.None);

        await stop.CancelAsync();
        await writing;
        built.Problems.ShouldHaveSingleItem().Code.ShouldBe("FL7002");
    }

    [Theory]
    [InlineData("../a")]
    [InlineData("/a")]
    [InlineData("a//b")]
    [InlineData("a/./b")]
    [InlineData("a/")]
    [InlineData("")]
    [InlineData("a\0b")]
    public void APathThatLeadsOutOfTheLayerIsTheCallersFault(string path) => Should.Throw<ArgumentException>(() => new LayerEntry.Folder(path));

    [Fact]
    public async Task APathTwiceOrBelowAFileIsTheCallersFault()
    {
        await Should.ThrowAsync<ArgumentException>(() => _place.LayerAsync(Workplace.Text("a", "1"), Workplace.Text("a", "2")));
        await Should.ThrowAsync<ArgumentException>(() => _place.LayerAsync(Workplace.Text("a", "1"), Workplace.Text("a/b", "2")));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1234567)]
    [InlineData((1L << 33) - 1)]
    [InlineData(1L << 33)]
    [InlineData(1L << 40)]
    public async Task AHeaderHoldsAnySize(long size)
    {
        var header = TarHeader.Write(new TarItem(Encoding.UTF8.GetBytes("large"), TarHeader.FileType, 0b110_100_100, size, 0, []));

        await using var reader = new TarReader(new MeteredStream(new MemoryStream(header)));
        (await reader.GetNextEntryAsync())!.Length.ShouldBe(size);
    }

    private async Task<List<TarEntry>> EntriesAsync(Digest digest)
    {
        await using var reader = new TarReader(new GZipStream(File.OpenRead(_place.Store.Layout.BlobOf(digest)), CompressionMode.Decompress));
        var entries = new List<TarEntry>();
        while (await reader.GetNextEntryAsync(copyData: true) is { } entry) entries.Add(entry);
        return entries;
    }

    private async Task<Digest> DigestAsync(LayerEntry file, LayerEntry link, DateTimeOffset time)
    {
        await using var session = await _place.BeginAsync();
        return (await session.AddLayerAsync(new LayerSpec("layer", [file, link], time), CancellationToken.None)).Value.Descriptor.Digest;
    }
}
