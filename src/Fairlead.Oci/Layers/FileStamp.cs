using Microsoft.Win32.SafeHandles;

namespace Fairlead.Oci.Layers;

/// <summary>
/// What tells, without reading, that a file is as it was. The time of change (ctime) cannot be set by programs, so also a
/// file that was written again with its old size and modification time has another stamp.
/// </summary>
/// <param name="Modified">Nanoseconds since 1970, like <paramref name="Changed"/>.</param>
internal readonly record struct FileStamp(ulong Device, ulong Inode, long Size, long Modified, long Changed)
{
    /// <exception cref="IOException">There is no such file.</exception>
    public static FileStamp Of(string path) => Posix.Stat(path);

    public static FileStamp Of(SafeFileHandle file) => Posix.Stat(file);
}
