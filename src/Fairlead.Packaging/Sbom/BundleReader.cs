using System.Buffers.Binary;
using System.IO.MemoryMappedFiles;

namespace Fairlead.Packaging.Sbom;

/// <summary>
/// Finds <c>deps.json</c> in a .NET program that is one file (dotnet/runtime, Bundler/Manifest.cs). Near its start stands
/// the place of the bundle's header, followed by a signature; the header says where the document is.
/// </summary>
internal static class BundleReader
{
    // SHA-256 of ".net core bundle", which the host carries as a constant.
    private static readonly byte[] Signature =
    [
        0x8b, 0x12, 0x02, 0xb9, 0x6a, 0x61, 0x20, 0x38, 0x72, 0x7b, 0x93, 0x02, 0x14, 0xd7, 0xa0, 0x32,
        0x13, 0xf5, 0xb9, 0xe6, 0xef, 0xae, 0x33, 0x18, 0xee, 0x3b, 0x2d, 0xce, 0x24, 0xb3, 0x6a, 0xae,
    ];

    private const int LargestDocument = 4 << 20;
    private const int LongestId = 127;

    /// <summary>The document's bytes; null when the file is no such program.</summary>
    public static unsafe byte[]? ReadDependencies(string path)
    {
        using var file = File.OpenHandle(path);
        var length = RandomAccess.GetLength(file);
        if (length is 0 or > int.MaxValue) return null;
        using var mapped = MemoryMappedFile.CreateFromFile(file, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
        using var view = mapped.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read);
        byte* start = null;
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        try
        {
            var bytes = new ReadOnlySpan<byte>(start + view.PointerOffset, (int)length);
            var place = bytes.IndexOf(Signature);
            return place < 8 ? null : ReadHeader(bytes, BinaryPrimitives.ReadInt64LittleEndian(bytes[(place - 8)..]));
        }
        finally
        {
            view.SafeMemoryMappedViewHandle.ReleasePointer();
        }
    }

    // u32 major, u32 minor, i32 files, an id with its length in one byte, then i64 offset and i64 size of deps.json.
    private static byte[]? ReadHeader(ReadOnlySpan<byte> bytes, long header)
    {
        if (header <= 0 || header + 13 > bytes.Length) return null;
        var at = bytes[(int)header..];
        if (BinaryPrimitives.ReadUInt32LittleEndian(at) < 2 || at[12] > LongestId) return null;
        at = at[13..];
        var id = bytes[(int)header + 12];
        if (at.Length < id + 16) return null;
        var offset = BinaryPrimitives.ReadInt64LittleEndian(at[id..]);
        var size = BinaryPrimitives.ReadInt64LittleEndian(at[(id + 8)..]);
        return offset > 0 && size is > 0 and <= LargestDocument && offset <= bytes.Length - size ? bytes.Slice((int)offset, (int)size).ToArray() : null;
    }
}
