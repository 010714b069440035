using System.Runtime.InteropServices;

namespace Fairlead.Onnx.Native;

/// <summary>Gives back the pages of a loaded library that the process can read from its file again.</summary>
internal static partial class LibraryPages
{
    // <asm-generic/mman-common.h>: the pages of a private file mapping are dropped and read from the file at the next touch (madvise(2)).
    private const int DontNeed = 4;

    /// <param name="code">An address of one of the library's functions.</param>
    /// <returns>The bytes that were resident in what was given back; 0 where the system does not tell (no <c>/proc</c>).</returns>
    public static long Release(nint code)
    {
        var released = 0L;
        foreach (var mapping in Find((ulong)code))
        {
            if (Advise((nint)mapping.Start, (nuint)(mapping.End - mapping.Start), DontNeed) == 0) released += mapping.ResidentBytes;
        }

        return released;
    }

    private static IReadOnlyList<Mapping> Find(ulong code)
    {
        try
        {
            using var file = new FileStream("/proc/self/smaps", FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
            return MappingReader.CleanOfSameFile(file, code);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(nint address, nuint length, int advice);
}
