using System.Formats.Tar;
using System.IO.Compression;
using Fairlead.Core.Results;
using Fairlead.Oci.Images;
using Fairlead.Oci.Layouts;
using Fairlead.Oci.Streams;

namespace Fairlead.Oci.Archives;

/// <summary>
/// The files of an archive, each put into the store as a blob while the archive is read once from start to end: what
/// belongs to an image is known only at its end.
/// </summary>
internal sealed class ArchiveFiles
{
    private const int MaxEntries = 100_000;
    private static readonly byte[] GzipMagic = [0x1f, 0x8b];
    private readonly Dictionary<string, Descriptor> _files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _links = new(StringComparer.Ordinal);

    /// <exception cref="InvalidDataException">It is no tar.</exception>
    public static async Task<ArchiveFiles> ReadAsync(StoreSession session, Stream archive, CancellationToken cancellationToken)
    {
        var files = new ArchiveFiles();
        await using var reader = new TarReader(await UnpackAsync(archive, cancellationToken));
        while (await reader.GetNextEntryAsync(copyData: false, cancellationToken) is { } entry)
        {
            if (files._files.Count + files._links.Count > MaxEntries) throw new InvalidDataException($"it has more than {MaxEntries} files");
            var path = Normalize(entry.Name);
            if (entry.EntryType is TarEntryType.SymbolicLink or TarEntryType.HardLink) files._links[path] = TargetOf(entry, path);
            else if (entry.DataStream is { } content) files._files[path] = await StoreAsync(session, content, cancellationToken);
            else if (entry.EntryType is TarEntryType.RegularFile or TarEntryType.V7RegularFile) files._files[path] = await StoreAsync(session, Stream.Null, cancellationToken);
        }

        return files;
    }

    /// <summary>Null when there is no such file; links within the archive are followed.</summary>
    public Descriptor? Find(string path)
    {
        var at = Normalize(path);
        for (var hops = 0; hops < 8 && _links.TryGetValue(at, out var target); hops++) at = target;
        return _files.GetValueOrDefault(at);
    }

    public bool Has(Descriptor blob) => Find($"blobs/sha256/{blob.Digest.Hex}") is { } file && file.Digest == blob.Digest && file.Size == blob.Size;

    // The media type says of a file only whether it is gzip.
    private static async Task<Descriptor> StoreAsync(StoreSession session, Stream content, CancellationToken cancellationToken)
    {
        var blob = session.CreateBlob();
        await using (blob)
        {
            await using var metered = new MeteredStream(content, leaveOpen: true);
            await metered.CopyToAsync(blob.Stream, cancellationToken);
            var digest = metered.TakeDigest();
            var magic = new byte[GzipMagic.Length];
            blob.Stream.Position = 0;
            var read = await blob.Stream.ReadAtLeastAsync(magic, magic.Length, throwOnEndOfStream: false, cancellationToken);
            await blob.PublishAsync(digest, cancellationToken);
            var gzip = read == magic.Length && magic.SequenceEqual(GzipMagic);
            return new Descriptor { MediaType = gzip ? MediaTypes.Layer : MediaTypes.PlainLayer, Digest = digest, Size = metered.Count };
        }
    }

    // People compress archives; which they did shows in the first bytes.
    private static async Task<Stream> UnpackAsync(Stream archive, CancellationToken cancellationToken)
    {
        var buffered = new BufferedStream(archive, 1 << 16);
        var start = new byte[GzipMagic.Length];
        var read = await buffered.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, cancellationToken);
        buffered.Position = 0;
        return read == start.Length && start.SequenceEqual(GzipMagic) ? new GZipStream(buffered, CompressionMode.Decompress) : buffered;
    }

    private static string TargetOf(TarEntry entry, string path) => entry.EntryType == TarEntryType.HardLink
        ? Normalize(entry.LinkName)
        : Normalize(Path.Combine(Path.GetDirectoryName(path) ?? "", entry.LinkName));

    // Only ever a key of a table: a path that leads out is found by nobody.
    private static string Normalize(string path) => Path.GetFullPath(path, "/").TrimStart('/');
}
