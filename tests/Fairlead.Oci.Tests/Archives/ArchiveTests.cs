using System.Formats.Tar;
using Fairlead.Oci.Archives;
using Fairlead.Oci.Images;
using Fairlead.Oci.Layers;
using Fairlead.Oci.Layouts;
using Fairlead.Oci.Tests.Unpacking;
using Fairlead.Testing.Programs;
using Fairlead.Testing.Skipping;

namespace Fairlead.Oci.Tests.Archives;

public sealed class ArchiveTests : IDisposable
{
    private readonly Workplace _place = new();
    private readonly Workplace _other = new();
    private readonly string _file;

    public ArchiveTests() => _file = Path.Combine(_place.Root, "image.tar");

    public void Dispose()
    {
        _place.Dispose();
        _other.Dispose();
    }

    [Theory]
    [InlineData(ArchiveFormat.Oci, false)]
    [InlineData(ArchiveFormat.Docker, false)]
    [InlineData(ArchiveFormat.Oci, true)]
    public async Task WhatIsExportedIsImportedAsItWas(ArchiveFormat format, bool compressed)
    {
        var image = await ExportAsync(format);
        if (compressed) await File.WriteAllBytesAsync(_file, TarBytes.Gzip(await File.ReadAllBytesAsync(_file)));

        var imported = (await ImportAsync(_file)).Value.ShouldHaveSingleItem();

        imported.Name.ShouldBe(image.Name);
        imported.Manifest.Digest.ShouldBe(image.Manifest.Digest);
        (await _other.Store.VerifyAsync(CancellationToken.None)).IsOk.ShouldBeTrue();
    }

    [Theory]
    [InlineData(ArchiveFormat.Oci)]
    [InlineData(ArchiveFormat.Docker)]
    public async Task EqualImagesGiveEqualArchives(ArchiveFormat format)
    {
        await ExportAsync(format);
        var first = await File.ReadAllBytesAsync(_file);
        await ExportAsync(format);

        (await File.ReadAllBytesAsync(_file)).ShouldBe(first);
    }

    [FactWhereProgram("skopeo", "apt-get install skopeo")]
    public async Task Skopeo_ReadsBothKinds()
    {
        var image = await ExportAsync(ArchiveFormat.Oci);
        var oci = await Tool.RunAsync("skopeo", "inspect", $"oci-archive:{_file}:penguins:1.0.0");
        await ExportAsync(ArchiveFormat.Docker);
        var docker = await Tool.RunAsync("skopeo", "inspect", $"docker-archive:{_file}:penguins:1.0.0");

        oci.ExitCode.ShouldBe(0, oci.ToString());
        oci.Output.ShouldContain(image.Manifest.Digest.Value);
        docker.ExitCode.ShouldBe(0, docker.ToString());
        docker.Output.ShouldContain("\"A=b\"");
    }

    [FactWhereProgram("skopeo", "apt-get install skopeo")]
    public async Task WhatSkopeoWroteAsADockerArchiveIsImported()
    {
        // Plain layers under names of its own, and no manifest: as docker save wrote before version 25.
        await _place.ImageAsync("penguins:1.0.0", Workplace.Text("model/m", "content"));
        var copied = await Tool.RunAsync("skopeo", "copy", $"oci:{_place.Store.Folder}:penguins:1.0.0", $"docker-archive:{_file}:registry.example.com/models/penguins:1.0.0");
        copied.ExitCode.ShouldBe(0, copied.ToString());

        var imported = (await ImportAsync(_file)).Value.ShouldHaveSingleItem();

        imported.Name.ToString().ShouldBe("penguins:1.0.0");
        var loaded = _other.Store.Load(imported).Value;
        loaded.Manifest.Layers.ShouldHaveSingleItem().MediaType.ShouldBe(MediaTypes.PlainLayer);
        loaded.Config.RootFileSystem.DiffIds.ShouldBe([loaded.Manifest.Layers[0].Digest]);
    }

    [Fact]
    public async Task AnArchiveWithoutANameTakesTheOneThatIsGiven()
    {
        await ExportAsync(ArchiveFormat.Oci, index => index.Replace("org.opencontainers.image.ref.name", "no.name", StringComparison.Ordinal));

        (await ImportAsync(_file)).Problems.ShouldHaveSingleItem().Code.ShouldBe("FL7214");
        (await ImportAsync(_file, "mine:2")).Value.ShouldHaveSingleItem().Name.ToString().ShouldBe("mine:2");
    }

    [Theory]
    [InlineData("a blob is changed", "FL7212")]
    [InlineData("a blob is missing", "FL7212")]
    [InlineData("it is cut short", "FL7211")]
    [InlineData("it is something else", "FL7211")]
    [InlineData("it is empty", "FL7211")]
    [InlineData("its index is no JSON", "FL7101")]
    public async Task ADamagedArchiveIsRefused_AndNothingGetsAName(string what, string code)
    {
        var image = await ExportAsync(ArchiveFormat.Oci);
        var layer = _place.Store.Load(image).Value.Manifest.Layers[0].Digest.Hex;
        var bytes = await File.ReadAllBytesAsync(_file);
        await File.WriteAllBytesAsync(_file, what switch
        {
            "a blob is changed" => await RewriteAsync((name, content) => name.EndsWith(layer, StringComparison.Ordinal) ? [.. content.SkipLast(1), (byte)~content[^1]] : content),
            "a blob is missing" => await RewriteAsync((name, content) => name.EndsWith(layer, StringComparison.Ordinal) ? null : content),
            "it is cut short" => bytes[..(bytes.Length / 2)],
            "it is something else" => "%PDF-1.7"u8.ToArray(),
            "it is empty" => [],
            _ => await RewriteAsync((name, content) => name == "index.json" ? "{"u8.ToArray() : content),
        });

        (await ImportAsync(_file)).Problems.ShouldHaveSingleItem().Code.ShouldBe(code);
        _other.Store.List().Value.ShouldBeEmpty();
        await _other.Store.PruneAsync(CancellationToken.None);
        _other.Store.Layout.AllBlobs().ShouldBeEmpty();
    }

    [Fact]
    public async Task PathsOfAnArchiveAreOnlyEverLookedUp()
    {
        await ExportAsync(ArchiveFormat.Oci);
        await File.WriteAllBytesAsync(_file, [.. new TarBytes().File("../../../evil", "x").Link("evil", "/etc/passwd").ToTar()[..^1024], .. await File.ReadAllBytesAsync(_file)]);

        (await ImportAsync(_file)).IsOk.ShouldBeTrue();
        Directory.GetFiles(_other.Root, "evil", SearchOption.AllDirectories).ShouldBeEmpty();
    }

    private async Task<StoredImage> ExportAsync(ArchiveFormat format, Func<string, string>? index = null)
    {
        var image = await _place.ImageAsync("penguins:1.0.0", Workplace.Text("model/m", "content"), new LayerEntry.Content("large", new byte[1 << 20]));
        await using (var session = await _place.BeginAsync())
        {
            var loaded = (await session.OpenImageAsync(image.Name, CancellationToken.None)).Value;
            await using var output = File.Create(_file);
            var written = (await ImageExport.WriteAsync(session, loaded, format, output, CancellationToken.None)).Value;
            written.ShouldBe(output.Length);
        }

        if (index is not null) await File.WriteAllBytesAsync(_file, await RewriteAsync((name, content) => name == "index.json" ? System.Text.Encoding.UTF8.GetBytes(index(System.Text.Encoding.UTF8.GetString(content))) : content));
        return image;
    }

    private async Task<Core.Results.Result<IReadOnlyList<StoredImage>>> ImportAsync(string file, string? name = null)
    {
        await using var session = await _other.BeginAsync();
        await using var stream = File.OpenRead(file);
        return await ImageImport.ReadAsync(session, stream, file, name is null ? null : ImageName.Parse(name), CancellationToken.None);
    }

    /// <param name="change">The new content; null to leave the entry out.</param>
    private async Task<byte[]> RewriteAsync(Func<string, byte[], byte[]?> change)
    {
        var output = new MemoryStream();
        await using (var reader = new TarReader(File.OpenRead(_file)))
        await using (var writer = new TarWriter(output, TarEntryFormat.Gnu, leaveOpen: true))
        {
            while (await reader.GetNextEntryAsync(copyData: true) is { } entry)
            {
                var content = new MemoryStream();
                await entry.DataStream!.CopyToAsync(content);
                if (change(entry.Name, content.ToArray()) is { } changed) await writer.WriteEntryAsync(new GnuTarEntry(TarEntryType.RegularFile, entry.Name) { DataStream = new MemoryStream(changed) });
            }
        }

        return output.ToArray();
    }
}
