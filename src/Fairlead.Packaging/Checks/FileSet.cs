using Fairlead.Oci.Layers;

namespace Fairlead.Packaging.Checks;

/// <summary>An image's files laid out in a folder, as a container would see them: with the image's modes, whatever the umask is.</summary>
internal static class FileSet
{
    private const UnixFileMode Plain = (UnixFileMode)0b110_100_100;
    private const UnixFileMode Executable = (UnixFileMode)0b111_101_101;

    /// <summary>Lays entries over what the folder holds.</summary>
    public static void LayOut(IEnumerable<LayerEntry> entries, string root)
    {
        foreach (var entry in entries)
        {
            var path = Path.Combine(root, entry.Path);
            MakeFolder(Path.GetDirectoryName(path)!, LayerEntry.Folder.DefaultMode);
            switch (entry)
            {
                case LayerEntry.File file:
                    File.Copy(file.Source, path, overwrite: true);
                    File.SetUnixFileMode(path, file.Executable ? Executable : Plain);
                    break;
                case LayerEntry.Content content:
                    File.WriteAllBytes(path, content.Bytes.Span);
                    File.SetUnixFileMode(path, content.Executable ? Executable : Plain);
                    break;
                case LayerEntry.Folder folder:
                    MakeFolder(path, folder.Mode);
                    break;
                case LayerEntry.Link link when !Path.Exists(path):
                    File.CreateSymbolicLink(path, link.Target);
                    break;
            }
        }
    }

    private static void MakeFolder(string path, UnixFileMode mode)
    {
        if (Directory.Exists(path)) return;
        MakeFolder(Path.GetDirectoryName(path)!, LayerEntry.Folder.DefaultMode);
        Directory.CreateDirectory(path);
        File.SetUnixFileMode(path, mode);
    }
}
