using System.Runtime.InteropServices;
using Fairlead.Engines.Processes;

namespace Fairlead.Engines.Disks;

/// <summary>A small file system in memory, laid over a folder: what is in the folder comes back when it is taken away.</summary>
internal static class SmallMount
{
    private const string Options = "size=64k,mode=0700";

    /// <returns>Null when it is there, else why not.</returns>
    public static string? Lay(string folder) => Libc.mount("tmpfs", folder, "tmpfs", Libc.MsNoSuid | Libc.MsNoDev, Options) == 0
        ? null
        : $"a small file system cannot be mounted on {folder}: {Marshal.GetLastPInvokeErrorMessage()}";

    /// <summary>Does nothing where none is.</summary>
    public static void TakeAway(string folder) => _ = Libc.umount2(folder, Libc.MntDetach);
}
