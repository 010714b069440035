using System.Runtime.InteropServices;
using Fairlead.Oci.Layers;
using Microsoft.Win32.SafeHandles;

namespace Fairlead.Oci;

/// <summary>What .NET has no call for: device, inode and time of change of a file, hard links, and making a folder's entries durable.</summary>
internal static unsafe partial class Posix
{
    private const int CurrentFolder = -100;
    private const int EmptyPath = 0x1000;
    private const uint BasicStats = 0x7ff;
    private const int ReadOnlyFolder = 0x10000 | 0x80000;

    public static FileStamp Stat(string path) => Stat(CurrentFolder, path, 0);

    public static FileStamp Stat(SafeFileHandle file)
    {
        var added = false;
        try
        {
            file.DangerousAddRef(ref added);
            return Stat((int)file.DangerousGetHandle(), "", EmptyPath);
        }
        finally
        {
            if (added) file.DangerousRelease();
        }
    }

    /// <summary>After this the folder's entries survive a power cut. Best effort: some file systems refuse it.</summary>
    public static void FlushFolder(string path)
    {
        var descriptor = Open(path, ReadOnlyFolder);
        if (descriptor < 0) return;
        _ = Sync(descriptor);
        _ = Close(descriptor);
    }

    /// <exception cref="IOException">The link cannot be made.</exception>
    public static void Link(string existing, string path)
    {
        if (HardLink(existing, path) != 0) throw new IOException(Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError()));
    }

    private static FileStamp Stat(int folder, string path, int flags)
    {
        StatxResult result = default;
        if (Statx(folder, path, flags, BasicStats, &result) != 0) throw new IOException(Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError()));
        return new FileStamp(((ulong)result.DeviceMajor << 32) | result.DeviceMinor, result.Inode, (long)result.Size, result.Modified.Nanoseconds, result.Changed.Nanoseconds);
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Statx(int folder, string path, int flags, uint mask, StatxResult* result);

    [LibraryImport("libc", EntryPoint = "link", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int HardLink(string existing, string path);

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync")]
    private static partial int Sync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);

    // struct statx of statx(2)
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct StatxResult
    {
        [FieldOffset(32)]
        public ulong Inode;

        [FieldOffset(40)]
        public ulong Size;

        [FieldOffset(96)]
        public StatxTime Changed;

        [FieldOffset(112)]
        public StatxTime Modified;

        [FieldOffset(136)]
        public uint DeviceMajor;

        [FieldOffset(140)]
        public uint DeviceMinor;
    }

    [StructLayout(LayoutKind.Sequential, Size = 16)]
    private struct StatxTime
    {
        public long Seconds;
        public uint Fraction;

        public readonly long Nanoseconds => (Seconds * 1_000_000_000) + Fraction;
    }
}
