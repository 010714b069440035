namespace Fairlead.Oci.Layers;

/// <summary>
/// One path of a layer. Owner is always 0:0; a file's mode is 0755 or 0644, whatever the source's is, so that neither
/// umask nor set-user-id bits of the machine that builds get into an image.
/// </summary>
public abstract record LayerEntry
{
    /// <param name="path">Relative, parts joined by <c>/</c>, without <c>.</c>, <c>..</c> and empty parts.</param>
    private LayerEntry(string path)
    {
        if (!IsContained(path)) throw new ArgumentException($"'{path}' is no path inside a layer.", nameof(path));
        Path = path;
    }

    public string Path { get; }

    /// <summary>A file whose bytes are read when the layer is built.</summary>
    public sealed record File(string Path, string Source, bool Executable = false) : LayerEntry(Path);

    /// <summary>A file with these bytes.</summary>
    public sealed record Content(string Path, ReadOnlyMemory<byte> Bytes, bool Executable = false) : LayerEntry(Path);

    /// <summary>A folder. Folders above an entry are made with mode 0755 where none is given.</summary>
    public sealed record Folder(string Path, UnixFileMode Mode = Folder.DefaultMode) : LayerEntry(Path)
    {
        public const UnixFileMode DefaultMode = (UnixFileMode)0b111_101_101;
    }

    /// <summary>A symbolic link; its target is text that only the container's kernel follows.</summary>
    public sealed record Link(string Path, string Target) : LayerEntry(Path);

    internal static bool IsContained(string path) =>
        path.Length > 0 && !path.Contains('\0') && path.Split('/').All(part => part is not ("" or "." or ".."));
}
