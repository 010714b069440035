using System.Security.Cryptography;
using System.Text;

namespace Fairlead.Packaging.Content;

/// <summary>Reads entries' bytes once, for their hash and, when asked, into their copy.</summary>
internal static class ContentReader
{
    private const int BufferSize = 1 << 17;

    public static ContentIndex Index(IEnumerable<ContentEntry> entries)
    {
        var index = new ContentIndex();
        foreach (var entry in entries) Read(entry, index, target: null);
        return index;
    }

    /// <summary>The index is of what was written, whatever the source became meanwhile.</summary>
    public static ContentIndex Copy(IEnumerable<ContentEntry> entries, string folder)
    {
        var index = new ContentIndex();
        var folders = new HashSet<string>(StringComparer.Ordinal) { folder };
        foreach (var entry in entries)
        {
            var target = Path.Combine(folder, entry.Path);
            for (var parent = Path.GetDirectoryName(target)!; folders.Add(parent); parent = Path.GetDirectoryName(parent)!) Directory.CreateDirectory(parent);
            Read(entry, index, target);
        }

        foreach (var made in folders) Posix.FlushFolder(made);
        return index;
    }

    private static void Read(ContentEntry entry, ContentIndex index, string? target)
    {
        switch (entry)
        {
            case ContentEntry.Link link:
                if (target is not null) File.CreateSymbolicLink(target, link.Target);
                var text = Encoding.UTF8.GetBytes(link.Target);
                index.Add(entry, text.Length, SHA256.HashData(text));
                break;
            case ContentEntry.Written written:
                using (var bytes = new MemoryStream(written.Bytes, writable: false)) ReadStream(entry, index, bytes, target, executable: false);
                break;
            case ContentEntry.Copied copied:
                using (var file = new FileStream(copied.Source, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0))
                {
                    ReadStream(entry, index, file, target, copied.Executable);
                }

                break;
        }
    }

    private static void ReadStream(ContentEntry entry, ContentIndex index, Stream source, string? target, bool executable)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var copy = target is null ? null : Create(target, executable);
        var buffer = new byte[BufferSize];
        var length = 0L;
        for (int read; (read = source.Read(buffer)) > 0; length += read)
        {
            hash.AppendData(buffer, 0, read);
            copy?.Write(buffer, 0, read);
        }

        copy?.Flush(flushToDisk: true);
        index.Add(entry, length, hash.GetHashAndReset());
    }

    // Read-only from the start: what a revision runs never changes under it.
    private static FileStream Create(string path, bool executable)
    {
        const UnixFileMode Read = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
        const UnixFileMode Execute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        var stream = new FileStream(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0, UnixCreateMode = Read | UnixFileMode.UserWrite });
        File.SetUnixFileMode(stream.SafeFileHandle, executable ? Read | Execute : Read);
        return stream;
    }
}
