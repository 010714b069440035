using System.Buffers.Binary;
using System.Text;

namespace Fairlead.Oci.Layers;

/// <summary>
/// The 512-byte header of the GNU tar format (tar manual, "Basic Tar Format"). Not PAX: its extra headers are entries of
/// their own, which writers name after their process id.
/// </summary>
internal static class TarHeader
{
    public const int Size = 512;
    public const byte FileType = (byte)'0';
    public const byte LinkType = (byte)'2';
    public const byte FolderType = (byte)'5';
    public const byte LongName = (byte)'L';
    public const byte LongTarget = (byte)'K';
    private const int NameLength = 100;
    private const long LargestOctalSize = (1L << 33) - 1;

    /// <returns>The header, and before it those that carry a name or target of more than 100 bytes.</returns>
    public static byte[] Write(TarItem entry)
    {
        var bytes = new MemoryStream();
        if (entry.Target.Length > NameLength) WriteLong(bytes, LongTarget, entry.Target);
        if (entry.Name.Length > NameLength) WriteLong(bytes, LongName, entry.Name);
        WriteBlock(bytes, entry);
        return bytes.ToArray();
    }

    private static void WriteLong(MemoryStream bytes, byte type, byte[] text)
    {
        WriteBlock(bytes, new TarItem("././@LongLink"u8.ToArray(), type, Mode: 0, text.Length + 1, Timestamp: 0, []));
        bytes.Write(text);
        bytes.Write(new byte[PaddingOf(text.Length + 1) + 1]);
    }

    private static void WriteBlock(MemoryStream bytes, TarItem entry)
    {
        Span<byte> header = stackalloc byte[Size];
        header.Clear();
        entry.Name.AsSpan(0, Math.Min(entry.Name.Length, NameLength)).CopyTo(header);
        Octal(header[100..108], entry.Mode);
        Octal(header[108..116], 0);
        Octal(header[116..124], 0);
        WriteSize(header[124..136], entry.Size);
        Octal(header[136..148], entry.Timestamp);
        header[156] = entry.Type;
        entry.Target.AsSpan(0, Math.Min(entry.Target.Length, NameLength)).CopyTo(header[157..257]);
        "ustar  \0"u8.CopyTo(header[257..265]);
        WriteChecksum(header);
        bytes.Write(header);
    }

    /// <summary>Bytes that fill the last block of a content of this length.</summary>
    public static int PaddingOf(long length) => (int)((Size - (length % Size)) % Size);

    // Eleven octal digits end at 8 GiB; above, GNU tar writes the number itself, marked by the highest bit.
    private static void WriteSize(Span<byte> field, long size)
    {
        if (size <= LargestOctalSize)
        {
            Octal(field, size);
            return;
        }

        field[0] = 0x80;
        BinaryPrimitives.WriteInt64BigEndian(field[^8..], size);
    }

    private static void Octal(Span<byte> field, long value)
    {
        for (var i = field.Length - 2; i >= 0; i--, value >>= 3) field[i] = (byte)('0' + (value & 7));
    }

    // The sum of the header's bytes with the checksum itself taken as spaces; six digits, NUL, space.
    private static void WriteChecksum(Span<byte> header)
    {
        header[148..156].Fill((byte)' ');
        var sum = 0;
        foreach (var b in header) sum += b;
        Octal(header[148..155], sum);
    }
}
