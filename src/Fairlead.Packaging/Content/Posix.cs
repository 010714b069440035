using System.Runtime.InteropServices;

namespace Fairlead.Packaging.Content;

/// <summary>What .NET has no call for: the kind of a file without opening it, and making a folder's entries durable.</summary>
internal static unsafe partial class Posix
{
    private const int CurrentFolder = -100;
    private const int NoFollow = 0x100;
    private const uint WantType = 1;
    private const int StatxSize = 256;
    private const int ModeOffset = 28;
    private const int ReadOnlyFolder = 0x10000 | 0x80000;

    /// <summary>What the path is, for people; null for a regular file. Opening a pipe would wait for its other end.</summary>
    public static string? SpecialKindOf(string path)
    {
        var stat = stackalloc byte[StatxSize];
        if (Statx(CurrentFolder, path, NoFollow, WantType, stat) != 0) return null;

        // stat(2), st_mode: the type is in the upper four bits
        return (*(ushort*)(stat + ModeOffset) & 0xF000) switch
        {
            0x1000 => "a named pipe",
            0x2000 or 0x6000 => "a device",
            0xC000 => "a socket",
            _ => null,
        };
    }

    /// <summary>After this the folder's entries survive a power cut. Best effort: some file systems refuse it.</summary>
    public static void FlushFolder(string path)
    {
        var descriptor = Open(path, ReadOnlyFolder);
        if (descriptor < 0) return;
        _ = Sync(descriptor);
        _ = Close(descriptor);
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int folder, string path, int flags, uint mask, byte* result);

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync")]
    private static partial int Sync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
