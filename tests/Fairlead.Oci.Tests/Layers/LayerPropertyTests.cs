using System.Formats.Tar;
using System.IO.Compression;
using Fairlead.Oci.Layers;
using FsCheck;
using FsCheck.Fluent;

namespace Fairlead.Oci.Tests.Layers;

public class LayerPropertyTests
{
    private static readonly Gen<string> Part = Gen.Choose(1, 130).SelectMany(length => Gen.Elements("abcXYZ019 -_.äß€𝒳".EnumerateRunes().ToArray()).ListOf(length))
        .Select(runes => string.Concat(runes)).Where(part => part is not ("." or ".."));

    private static readonly Gen<string> EntryPath = Gen.Choose(1, 4).SelectMany(depth => Part.ListOf(depth)).Select(parts => string.Join('/', parts));

    private static readonly Gen<LayerEntry> Entry = Gen.OneOf(
        from path in EntryPath from bytes in ArbMap.Default.GeneratorFor<byte[]>() from executable in ArbMap.Default.GeneratorFor<bool>() select (LayerEntry)new LayerEntry.Content(path, bytes, executable),
        from path in EntryPath from target in EntryPath select (LayerEntry)new LayerEntry.Link(path, target),
        EntryPath.Select(path => (LayerEntry)new LayerEntry.Folder(path)));

    // Below one another only where the upper is a folder: that the caller sees to.
    private static readonly Gen<LayerEntry[]> Entries = Entry.ListOf().Select(all => all.DistinctBy(e => e.Path)
        .Where(e => !all.Any(o => o is not LayerEntry.Folder && e.Path.StartsWith(o.Path + '/', StringComparison.Ordinal))).ToArray());

    [Fact]
    public void WhatAnotherReaderFindsIsWhatWasWritten() => Prop.ForAll(Entries.ToArbitrary(), entries =>
    {
        var ordered = LayerOrder.Of(entries);
        var found = Read(Write(ordered));

        found.Select(f => f.Name.TrimEnd('/')).ShouldBe(ordered.Select(e => e.Path));
        foreach (var (entry, read) in ordered.Zip(found))
        {
            if (entry is LayerEntry.Link link) read.Target.ShouldBe(link.Target);
            if (entry is LayerEntry.Content content) read.Bytes.ShouldBe(content.Bytes.ToArray());
        }
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void TheOrderInWhichEntriesAreGivenLeavesNoTrace() => Prop.ForAll(Entries.ToArbitrary(), entries =>
        Write(LayerOrder.Of(entries)).SequenceEqual(Write(LayerOrder.Of([.. entries.Reverse()])))).QuickCheckThrowOnFailure();

    [Fact]
    public void EveryFolderStandsBeforeWhatIsInIt() => Prop.ForAll(Entries.ToArbitrary(), entries =>
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        return LayerOrder.Of(entries).All(e => seen.Add(e.Path) && (e.Path.LastIndexOf('/') is var slash && slash < 0 || seen.Contains(e.Path[..e.Path.LastIndexOf('/')])));
    }).QuickCheckThrowOnFailure();

    private static byte[] Write(IReadOnlyList<LayerEntry> ordered)
    {
        var output = new MemoryStream();
        LayerWriter.CompressAsync(ordered, DateTimeOffset.UnixEpoch, output, CancellationToken.None).GetAwaiter().GetResult().IsOk.ShouldBeTrue();
        return output.ToArray();
    }

    private static List<(string Name, string Target, byte[] Bytes)> Read(byte[] layer)
    {
        using var reader = new TarReader(new GZipStream(new MemoryStream(layer), CompressionMode.Decompress));
        var found = new List<(string, string, byte[])>();
        while (reader.GetNextEntry(copyData: true) is { } entry)
        {
            var bytes = new MemoryStream();
            entry.DataStream?.CopyTo(bytes);
            found.Add((entry.Name, entry.LinkName, bytes.ToArray()));
        }

        return found;
    }
}
