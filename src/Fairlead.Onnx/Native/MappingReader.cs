using System.Buffers.Text;

namespace Fairlead.Onnx.Native;

/// <summary>One mapping of the process.</summary>
/// <param name="Inode">0 when it is of no file.</param>
/// <param name="Clean">Private, not to be written, and with nothing in it but the file's bytes.</param>
internal readonly record struct Mapping(ulong Start, ulong End, ulong Inode, bool Clean, long ResidentBytes);

/// <summary>
/// Finds, in <c>/proc/self/smaps</c> (proc_pid_smaps(5)), what of a library is only its file's content. Reads bytes rather
/// than lines: a process has some 15,000 of these, and the strings would cost the memory that is to be saved.
/// </summary>
internal static class MappingReader
{
    /// <summary>The mappings of the file that <paramref name="address"/> lies in which are clean.</summary>
    public static IReadOnlyList<Mapping> CleanOfSameFile(Stream smaps, ulong address)
    {
        var all = Read(smaps);
        var inode = all.Find(m => address >= m.Start && address < m.End).Inode;
        return inode == 0 ? [] : all.FindAll(m => m.Inode == inode && m.Clean);
    }

    private static List<Mapping> Read(Stream smaps)
    {
        var mappings = new List<Mapping>();
        Span<byte> buffer = stackalloc byte[8192];
        var held = 0;
        while (true)
        {
            var read = smaps.Read(buffer[held..]);
            if (read == 0) return mappings;
            var text = buffer[..(held + read)];
            for (var end = text.IndexOf((byte)'\n'); end >= 0; end = text.IndexOf((byte)'\n'))
            {
                Take(mappings, text[..end]);
                text = text[(end + 1)..];
            }

            // A line that fills the buffer (a path of 8 KiB) can be no line that is wanted.
            held = text.Length == buffer.Length ? 0 : text.Length;
            text[..held].CopyTo(buffer);
        }
    }

    private static void Take(List<Mapping> mappings, ReadOnlySpan<byte> line)
    {
        if (Header(line) is { } mapping) mappings.Add(mapping);
        else if (mappings.Count > 0) mappings[^1] = With(mappings[^1], line);
    }

    // start-end permissions offset device inode path
    private static Mapping? Header(ReadOnlySpan<byte> line)
    {
        if (!Utf8Parser.TryParse(line, out ulong start, out var used, 'x') || used == line.Length || line[used] != '-') return null;
        line = line[(used + 1)..];
        if (!Utf8Parser.TryParse(line, out ulong end, out used, 'x')) return null;
        line = line[used..].TrimStart((byte)' ');
        var clean = line.StartsWith("r--p "u8) || line.StartsWith("r-xp "u8);
        for (var word = 0; word < 3; word++) line = line[(line.IndexOf((byte)' ') + 1)..];
        return Utf8Parser.TryParse(line, out ulong inode, out _) ? new Mapping(start, end, inode, clean && inode != 0, 0) : null;
    }

    // What a private mapping holds apart from its file is anonymous memory, resident or swapped out: relocated addresses (the
    // part that is made read-only after loading, "relro", among them). It is lost for good when dropped, so any of it keeps
    // the mapping. Private_Dirty says less: it counts pages of the file too that were written lately and are not on disk yet.
    private static Mapping With(Mapping mapping, ReadOnlySpan<byte> line)
    {
        if (line.StartsWith("Rss:"u8)) return mapping with { ResidentBytes = Kilobytes(line) * 1024 };
        var own = line.StartsWith("Anonymous:"u8) || line.StartsWith("Swap:"u8) || line.StartsWith("Locked:"u8);
        return own && Kilobytes(line) > 0 ? mapping with { Clean = false } : mapping;
    }

    private static long Kilobytes(ReadOnlySpan<byte> line) =>
        Utf8Parser.TryParse(line[(line.IndexOf((byte)':') + 1)..].TrimStart((byte)' '), out long value, out _) ? value : long.MaxValue / 1024;
}
