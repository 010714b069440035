using System.Formats.Tar;
using System.IO.Compression;
using Fairlead.Core.Identity;
using Fairlead.Core.Results;
using Fairlead.Oci.Images;
using Fairlead.Oci.Layers;
using Fairlead.Oci.Streams;

namespace Fairlead.Oci.Unpacking;

/// <summary>What came out of a layer.</summary>
/// <param name="Digest">Of the bytes as they were read.</param>
internal sealed record UnpackedLayer(Digest Digest, Digest DiffId);

/// <summary>
/// Unpacks one layer over what lies in a folder, as a container's file system would show it. What could harm the machine
/// that unpacks is refused: names and links out of the folder, devices, set-user-id files, layers that fill a disk.
/// </summary>
internal sealed class LayerUnpacker(string folder, UnpackOptions options)
{
    private const UnixFileMode SpecialBits = UnixFileMode.SetUser | UnixFileMode.SetGroup;
    private const UnixFileMode AlwaysOpen = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private readonly RootFolder _root = new(folder);

    /// <exception cref="LayerRefusedException">The layer holds what is not unpacked.</exception>
    /// <exception cref="InvalidDataException">The layer is no tar, or no gzip.</exception>
    public async Task<UnpackedLayer> UnpackAsync(Stream layer, string mediaType, CancellationToken cancellationToken)
    {
        await using var packed = new MeteredStream(layer);
        var meter = new LayerMeter(options, () => packed.Count);
        await using var unpacked = new MeteredStream(MediaTypes.IsGzipLayer(mediaType) ? new GZipStream(packed, CompressionMode.Decompress) : packed, meter.Saw);
        var whiteouts = new Whiteouts(_root.Root);
        await using (var reader = new TarReader(unpacked, leaveOpen: true))
        {
            while (await NextAsync(reader, meter, cancellationToken) is { } entry) await UnpackAsync(entry, whiteouts, cancellationToken);
        }

        _root.CheckLinks();
        // What follows the end of the tar counts for the digests.
        await unpacked.CopyToAsync(Stream.Null, cancellationToken);
        await packed.CopyToAsync(Stream.Null, cancellationToken);
        return new UnpackedLayer(packed.TakeDigest(), unpacked.TakeDigest());
    }

    private static async ValueTask<TarEntry?> NextAsync(TarReader reader, LayerMeter meter, CancellationToken cancellationToken)
    {
        meter.HeaderBegins();
        var entry = await reader.GetNextEntryAsync(copyData: false, cancellationToken);
        meter.HeaderEnds();
        return entry;
    }

    private async Task UnpackAsync(TarEntry entry, Whiteouts whiteouts, CancellationToken cancellationToken)
    {
        if (entry.EntryType == TarEntryType.GlobalExtendedAttributes) return;
        var name = entry.Name.StartsWith("./", StringComparison.Ordinal) ? entry.Name[2..].TrimEnd('/') : entry.Name.TrimEnd('/');
        if (name is "" or ".") return;
        if (!LayerEntry.IsContained(name)) throw new LayerRefusedException($"it holds the path '{entry.Name}'");
        var path = _root.Place(name);
        if (whiteouts.Apply(path)) return;
        whiteouts.Made(path);
        switch (entry.EntryType)
        {
            case TarEntryType.Directory:
                RootFolder.Clear(path, keepFolder: true);
                Directory.CreateDirectory(path);
                File.SetUnixFileMode(path, ModeOf(entry, name) | AlwaysOpen | UnixFileMode.UserExecute);
                break;
            case TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile:
                await WriteAsync(entry, path, ModeOf(entry, name) | AlwaysOpen, cancellationToken);
                break;
            case TarEntryType.SymbolicLink:
                _root.Link(path, name, entry.LinkName);
                break;
            case TarEntryType.HardLink:
                HardLink(entry, path, name);
                break;
            default:
                throw new LayerRefusedException($"'{name}' is a {entry.EntryType}, neither file, folder nor link");
        }
    }

    private UnixFileMode ModeOf(TarEntry entry, string name)
    {
        if ((entry.Mode & SpecialBits) == 0) return entry.Mode;
        return options.DropSetUserId ? entry.Mode & ~SpecialBits : throw new LayerRefusedException($"'{name}' has a set-user-id or set-group-id bit");
    }

    private static async Task WriteAsync(TarEntry entry, string path, UnixFileMode mode, CancellationToken cancellationToken)
    {
        RootFolder.Clear(path, keepFolder: false);
        await using var file = new FileStream(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0, UnixCreateMode = AlwaysOpen });
        if (entry.DataStream is { } content) await content.CopyToAsync(file, cancellationToken);
        File.SetUnixFileMode(file.SafeFileHandle, mode);
    }

    private void HardLink(TarEntry entry, string path, string name)
    {
        var target = entry.LinkName.StartsWith("./", StringComparison.Ordinal) ? entry.LinkName[2..] : entry.LinkName;
        if (!LayerEntry.IsContained(target)) throw new LayerRefusedException($"the hard link '{name}' leads out of the image, to '{entry.LinkName}'");
        var existing = _root.Existing(name, target);
        if (existing == path) return;
        RootFolder.Clear(path, keepFolder: false);
        Posix.Link(existing, path);
    }
}
