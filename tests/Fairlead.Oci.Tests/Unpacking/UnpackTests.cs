using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Fairlead.Core.Identity;
using Fairlead.Core.Results;
using Fairlead.Core.Units;
using Fairlead.Oci.Images;
using Fairlead.Oci.Layers;
using Fairlead.Oci.Layouts;
using Fairlead.Oci.Unpacking;

namespace Fairlead.Oci.Tests.Unpacking;

public sealed class UnpackTests : IDisposable
{
    private readonly Workplace _place = new();
    private readonly string _folder;

    public UnpackTests() => _folder = Path.Combine(_place.Root, "out", "rootfs");

    public void Dispose() => _place.Dispose();

    [Theory]
    [InlineData("a path with ..", "'../evil'")]
    [InlineData("a path with .. inside", "'a/../../evil'")]
    [InlineData("an absolute path", "'/evil'")]
    [InlineData("a character device", "CharacterDevice")]
    [InlineData("a block device", "BlockDevice")]
    [InlineData("a named pipe", "Fifo")]
    [InlineData("a set-user-id file", "set-user-id")]
    [InlineData("a set-group-id file", "set-user-id or set-group-id")]
    [InlineData("a link out", "leads out of the image, to '../../evil'")]
    [InlineData("an absolute link out", "leads out of the image, to '/../evil'")]
    [InlineData("a file through a link out", "leads out of the image")]
    [InlineData("a link that a later one turns into an escape", "leads out of the image")]
    [InlineData("a hard link out", "leads out of the image")]
    [InlineData("a hard link to an absolute path", "leads out of the image")]
    [InlineData("a hard link to a link", "which is no file")]
    [InlineData("a hard link to nothing", "which is no file")]
    [InlineData("a file below a file", "lies below something that is no folder")]
    public async Task WhatCouldHarmTheMachineIsRefused(string what, string reason)
    {
        var outside = Path.Combine(_place.Root, "out", "evil");
        var tar = what switch
        {
            "a path with .." => new TarBytes().File("../evil", "x"),
            "a path with .. inside" => new TarBytes().File("a/../../evil", "x"),
            "an absolute path" => new TarBytes().File("/evil", "x"),
            "a character device" => new TarBytes().Add(TarEntryType.CharacterDevice, "null"),
            "a block device" => new TarBytes().Add(TarEntryType.BlockDevice, "sda"),
            "a named pipe" => new TarBytes().Add(TarEntryType.Fifo, "pipe"),
            "a set-user-id file" => new TarBytes().File("su", "x", mode: 0b100_111_101_101),
            "a set-group-id file" => new TarBytes().File("sg", "x", mode: 0b010_111_101_101),
            "a link out" => new TarBytes().Link("link", "../../evil"),
            "an absolute link out" => new TarBytes().Link("link", "/../evil"),
            "a file through a link out" => new TarBytes().Folder("a").Link("a/b", "../..").File("a/b/evil", "x"),
            // d/e is the root; then d/e/.. is above it, though its text does not look so.
            "a link that a later one turns into an escape" => new TarBytes().Folder("d").Link("d/up", "e/../evil").Link("d/e", "/"),
            "a hard link out" => new TarBytes().HardLink("link", "../evil"),
            "a hard link to an absolute path" => new TarBytes().HardLink("link", "/etc/passwd"),
            "a hard link to a link" => new TarBytes().Link("inside", "other").HardLink("link", "inside"),
            "a hard link to nothing" => new TarBytes().HardLink("link", "nothing"),
            _ => new TarBytes().File("a", "x").File("a/b", "y"),
        };

        var unpacked = await UnpackAsync(tar.ToLayer());

        var problem = unpacked.Problems.ShouldHaveSingleItem();
        problem.Code.ShouldBe("FL7201");
        problem.Message.ShouldContain(reason);
        File.Exists(outside).ShouldBeFalse();
    }

    [Theory]
    [InlineData("many entries", "more than 100 entries")]
    [InlineData("many bytes", "more than 1MiB")]
    [InlineData("a high ratio", "more than 200 times its size")]
    [InlineData("a large header", "the header of an entry is larger than 1 MiB")]
    public async Task ALayerMadeToFillDiskOrMemoryIsStoppedEarly(string bomb, string reason)
    {
        var (layer, options) = bomb switch
        {
            "many entries" => (Enumerable.Range(0, 101).Aggregate(new TarBytes(), (tar, i) => tar.File($"f{i}", "")).ToLayer(), UnpackOptions.Default with { MaxEntries = 100 }),
            "many bytes" => (new TarBytes().File("f", new string('x', 5 << 20)).ToLayer(), UnpackOptions.Default with { MaxSize = new ByteSize(1 << 20) }),
            "a high ratio" => (new TarBytes().File("f", new string('x', 100 << 20)).ToLayer(), UnpackOptions.Default),
            _ => (TarBytes.Gzip([.. TarHeader.Write(new TarItem("././@LongLink"u8.ToArray(), TarHeader.LongName, 0, 50 << 20, 0, [])), .. new byte[50 << 20]]), UnpackOptions.Default),
        };

        var unpacked = await UnpackAsync(layer, options: options);

        var problem = unpacked.Problems.ShouldHaveSingleItem();
        problem.Code.ShouldBe("FL7201");
        problem.Message.ShouldContain(reason);
        Directory.EnumerateFiles(_folder, "*", SearchOption.AllDirectories).Sum(f => new FileInfo(f).Length).ShouldBeLessThan(70L << 20);
    }

    [Fact]
    public async Task LayersLieOverEachOther_WithWhiteoutsAndLinks()
    {
        var lower = new TarBytes().Folder("usr").Folder("usr/lib").File("usr/lib/a.so", "a").Link("lib", "usr/lib").Link("etc", "/usr/etc").Folder("usr/etc")
            .File("gone", "x").Folder("emptied").File("emptied/old", "x").Folder("kept").File("kept/old", "x").File("kept/replaced", "old").ToLayer();
        var upper = new TarBytes().File("lib/b.so", "b").File(".wh.gone", "").File("emptied/.wh..wh..opq", "").File("emptied/new", "n").File("kept/replaced", "new")
            .HardLink("kept/same", "kept/replaced").File("etc/hosts", "h").ToLayer();

        (await UnpackAsync(lower, upper)).Problems.ShouldBeEmpty();

        Files().ShouldBe(["emptied/new", "kept/old", "kept/replaced", "kept/same", "usr/etc/hosts", "usr/lib/a.so", "usr/lib/b.so"]);
        Read("kept/same").ShouldBe("new");
        new FileInfo(Path.Combine(_folder, "etc")).LinkTarget.ShouldBe("usr/etc", "an absolute link stays inside for who reads the folder");
    }

    [Fact]
    public async Task WhatAContainerFileSystemMayHoldIsNotRefused()
    {
        var layer = new TarBytes().Folder("./").Folder("./a").File("./a/f", "x", mode: 0).Link("a/self", "/").Link("dangling", "no/where").Folder("tmp", 0b1_111_111_111).ToLayer();

        (await UnpackAsync(layer)).Problems.ShouldBeEmpty();

        Read("a/f").ShouldBe("x");
        File.GetUnixFileMode(Path.Combine(_folder, "tmp")).ShouldBe((UnixFileMode)0b1_111_111_111);
    }

    [Fact]
    public async Task SetUserIdIsDroppedWhereThatIsAskedFor()
    {
        var layer = new TarBytes().File("su", "x", mode: 0b100_111_101_101).ToLayer();

        (await UnpackAsync(layer, options: UnpackOptions.Default with { DropSetUserId = true })).Problems.ShouldBeEmpty();

        File.GetUnixFileMode(Path.Combine(_folder, "su")).ShouldBe((UnixFileMode)0b111_101_101);
    }

    [Theory]
    [InlineData("no gzip")]
    [InlineData("cut short")]
    [InlineData("no tar")]
    public async Task ALayerThatIsNoneIsAProblem(string what)
    {
        var layer = new TarBytes().File("f", new string('x', 100_000)).ToLayer();

        var unpacked = await UnpackAsync(what switch { "no gzip" => Encoding.UTF8.GetBytes("plain text"), "cut short" => layer[..^40], _ => TarBytes.Gzip(new byte[700].Select((_, i) => (byte)i).ToArray()) });

        unpacked.Problems.ShouldHaveSingleItem().Code.ShouldBe("FL7202");
    }

    [Fact]
    public async Task ALayerOfAnotherKindIsAProblemThatNamesIt()
    {
        var unpacked = await UnpackAsync(new TarBytes().ToLayer(), mediaType: "application/vnd.oci.image.layer.v1.tar+zstd");

        unpacked.Problems.ShouldHaveSingleItem().Code.ShouldBe("FL7203");
    }

    [Fact]
    public async Task TheDiffIdsOfTheConfigurationAreChecked()
    {
        var layer = new TarBytes().File("f", "x").ToLayer();
        var image = await ImageAsync([layer], MediaTypes.Layer);
        var other = image with { Config = image.Config with { RootFileSystem = new RootFileSystem { DiffIds = [Digest.Of("x"u8)] } } };
        var fewer = image with { Config = image.Config with { RootFileSystem = new RootFileSystem { DiffIds = [] } } };

        (await UnpackAsync(other, UnpackOptions.Default)).Problems.ShouldHaveSingleItem().Code.ShouldBe("FL7205");
        (await UnpackAsync(fewer, UnpackOptions.Default)).Problems.ShouldHaveSingleItem().Code.ShouldBe("FL7204");
    }

    [Fact]
    public async Task ABlobOfTheRightLengthAndWrongContentIsToldApart()
    {
        var layer = new TarBytes().File("f", "x").ToLayer();
        var image = await ImageAsync([layer], MediaTypes.Layer);
        var blob = _place.Store.Layout.BlobOf(image.Manifest.Layers[0].Digest);
        File.SetUnixFileMode(blob, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        // Of gzip's header only: the operating system's number, which nobody reads.
        layer[9] ^= 1;
        await File.WriteAllBytesAsync(blob, layer);

        (await UnpackAsync(image, UnpackOptions.Default)).Problems.ShouldHaveSingleItem().Code.ShouldBe("FL7109");
    }

    private Task<Result<Done>> UnpackAsync(params byte[][] layers) => UnpackAsync(layers, MediaTypes.Layer, UnpackOptions.Default);

    private Task<Result<Done>> UnpackAsync(byte[] layer, UnpackOptions options) => UnpackAsync([layer], MediaTypes.Layer, options);

    private Task<Result<Done>> UnpackAsync(byte[] layer, string mediaType) => UnpackAsync([layer], mediaType, UnpackOptions.Default);

    private async Task<Result<Done>> UnpackAsync(byte[][] layers, string mediaType, UnpackOptions options) => await UnpackAsync(await ImageAsync(layers, mediaType), options);

    private Task<Result<Done>> UnpackAsync(LoadedImage image, UnpackOptions options) => ImageUnpacker.UnpackAsync(_place.Store, image, _folder, options, CancellationToken.None);

    private async Task<LoadedImage> ImageAsync(byte[][] layers, string mediaType)
    {
        await using var session = await _place.BeginAsync();
        var descriptors = new List<Descriptor>();
        foreach (var layer in layers) descriptors.Add((await session.AddBlobAsync(layer, mediaType, CancellationToken.None)).Value);
        var config = new ImageConfig { Architecture = "amd64", OperatingSystem = "linux", RootFileSystem = new RootFileSystem { DiffIds = [.. layers.Select(DiffId)] } };
        var described = (await session.AddBlobAsync(OciJson.Write(config), MediaTypes.Config, CancellationToken.None)).Value;
        var added = await session.AddImageAsync(ImageName.Parse("x:1"), new ImageManifest { Config = described, Layers = descriptors }, remote: null, CancellationToken.None);
        return _place.Store.Load(added.Value).Value;
    }

    private static Digest DiffId(byte[] layer)
    {
        try
        {
            var tar = new MemoryStream();
            new GZipStream(new MemoryStream(layer), CompressionMode.Decompress).CopyTo(tar);
            return Digest.Of(tar.ToArray());
        }
        catch (InvalidDataException)
        {
            return Digest.Of([]);
        }
    }

    private IEnumerable<string> Files() => Directory.GetFiles(_folder, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint }).Select(f => Path.GetRelativePath(_folder, f)).Order(StringComparer.Ordinal);

    private string Read(string name) => File.ReadAllText(Path.Combine(_folder, name));
}
