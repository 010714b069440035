using System.Text;

namespace Fairlead.Oci.Layers;

/// <summary>What a tar header says of an entry.</summary>
/// <param name="Name">UTF-8; folders end in a slash.</param>
/// <param name="Timestamp">Seconds since 1970.</param>
/// <param name="Target">UTF-8; empty except for links.</param>
internal sealed record TarItem(byte[] Name, byte Type, int Mode, long Size, long Timestamp, byte[] Target)
{
    private const int Executable = 0b111_101_101;
    private const int Readable = 0b110_100_100;
    private const int Everything = 0b111_111_111;

    /// <param name="size">Of the content, for files.</param>
    public static TarItem Of(LayerEntry entry, long size, long timestamp) => entry switch
    {
        LayerEntry.Folder folder => new TarItem(Encoding.UTF8.GetBytes(folder.Path + "/"), TarHeader.FolderType, (int)folder.Mode, 0, timestamp, []),
        LayerEntry.Link link => new TarItem(Encoding.UTF8.GetBytes(link.Path), TarHeader.LinkType, Everything, 0, timestamp, Encoding.UTF8.GetBytes(link.Target)),
        LayerEntry.File file => FileOf(file.Path, file.Executable, size, timestamp),
        LayerEntry.Content content => FileOf(content.Path, content.Executable, size, timestamp),
        _ => throw new ArgumentOutOfRangeException(nameof(entry)),
    };

    private static TarItem FileOf(string path, bool executable, long size, long timestamp) =>
        new(Encoding.UTF8.GetBytes(path), TarHeader.FileType, executable ? Executable : Readable, size, timestamp, []);
}
