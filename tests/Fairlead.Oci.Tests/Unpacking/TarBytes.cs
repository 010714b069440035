using System.Formats.Tar;
using System.IO.Compression;
using System.Text;

namespace Fairlead.Oci.Tests.Unpacking;

/// <summary>A layer as a stranger may make it: any entry, whatever it does.</summary>
internal sealed class TarBytes
{
    private readonly List<TarEntry> _entries = [];

    public TarBytes Add(TarEntryType type, string name, string? target = null, string? content = null, int mode = 0b110_100_100)
    {
        var entry = new PaxTarEntry(type, name) { Mode = (UnixFileMode)mode };
        if (target is not null) entry.LinkName = target;
        if (content is not null) entry.DataStream = new MemoryStream(Encoding.UTF8.GetBytes(content));
        _entries.Add(entry);
        return this;
    }

    public TarBytes File(string name, string content, int mode = 0b110_100_100) => Add(TarEntryType.RegularFile, name, content: content, mode: mode);

    public TarBytes Folder(string name, int mode = 0b111_101_101) => Add(TarEntryType.Directory, name, mode: mode);

    public TarBytes Link(string name, string target) => Add(TarEntryType.SymbolicLink, name, target);

    public TarBytes HardLink(string name, string target) => Add(TarEntryType.HardLink, name, target);

    public byte[] ToTar()
    {
        var bytes = new MemoryStream();
        using (var tar = new TarWriter(bytes, TarEntryFormat.Pax, leaveOpen: true))
        {
            foreach (var entry in _entries) tar.WriteEntry(entry);
        }

        return bytes.ToArray();
    }

    public byte[] ToLayer() => Gzip(ToTar());

    public static byte[] Gzip(byte[] bytes)
    {
        var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.SmallestSize, leaveOpen: true)) gzip.Write(bytes);
        return output.ToArray();
    }
}
