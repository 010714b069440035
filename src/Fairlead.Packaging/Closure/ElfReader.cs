using System.Buffers.Binary;
using System.Text;
using Fairlead.Core.Results;
using Microsoft.Win32.SafeHandles;

namespace Fairlead.Packaging.Closure;

/// <summary>
/// Reads the dynamic section of an ELF file. The file may be anything: every offset is checked against its length, every
/// count against a bound, and nothing is allocated by a number that it holds.
/// </summary>
internal sealed class ElfReader
{
    private const int HeaderSize = 64;
    private const int ProgramHeaderSize = 56;
    private const int DynamicEntrySize = 16;
    private const int MaxProgramHeaders = 512;
    private const int MaxDynamicEntries = 4096;
    private const int MaxText = 4096;

    private const uint Load = 1;
    private const uint Dynamic = 2;
    private const uint Interp = 3;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly SafeFileHandle _file;
    private readonly long _length;
    private readonly List<(ulong Address, ulong Offset, ulong Size)> _loaded = [];

    private ElfReader(SafeFileHandle file) => (_file, _length) = (file, RandomAccess.GetLength(file));

    /// <summary>Whether the file begins as ELF files do; the rest may still be damaged.</summary>
    public static bool IsElf(string path)
    {
        using var file = File.OpenHandle(path);
        Span<byte> magic = stackalloc byte[4];
        return RandomAccess.Read(file, magic, 0) == magic.Length && magic.SequenceEqual("\u007fELF"u8);
    }

    public static Result<ElfFile> Read(string path)
    {
        try
        {
            using var file = File.OpenHandle(path);
            return new ElfReader(file).Read();
        }
        catch (Exception e) when (e is DamagedException or DecoderFallbackException)
        {
            return ClosureProblems.DamagedElf(path, e is DamagedException ? e.Message : "a name in it is not UTF-8");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return PackagingProblems.SourceUnreadable(path, e.Message);
        }
    }

    private ElfFile Read()
    {
        Span<byte> header = stackalloc byte[HeaderSize];
        var read = RandomAccess.Read(_file, header, 0);
        if (read < 20 || !header[..4].SequenceEqual("\u007fELF"u8)) throw new DamagedException("it has no ELF header");

        // e_ident: 64 bits, low byte first. Other files are of no machine that images are built for.
        if (header[4] != 2 || header[5] != 1) return new ElfFile(ElfMachine.Other, [], [], [], null, null);
        if (read < HeaderSize) throw new DamagedException("its header is cut short");
        var machine = (ElfMachine)BinaryPrimitives.ReadUInt16LittleEndian(header[18..]);
        if (!Enum.IsDefined(machine)) machine = ElfMachine.Other;
        return Read(machine, ReadSegments(header));
    }

    private ElfFile Read(ElfMachine machine, (string? Interpreter, (ulong Offset, ulong Size)? Dynamic) segments)
    {
        if (segments.Dynamic is not { } place) return new ElfFile(machine, [], [], [], null, segments.Interpreter);
        var (entries, strings, size) = ReadDynamic(place.Offset, place.Size);
        var needed = new List<string>();
        string? soName = null, runPath = null, rPath = null;
        foreach (var (tag, value) in entries)
        {
            switch (tag)
            {
                case 1: needed.Add(Text(strings, size, value)); break;
                case 14: soName = Text(strings, size, value); break;
                case 15: rPath = Text(strings, size, value); break;
                case 29: runPath = Text(strings, size, value); break;
            }
        }

        return new ElfFile(machine, needed, Folders(runPath), Folders(rPath), soName, segments.Interpreter);
    }

    private (string? Interpreter, (ulong Offset, ulong Size)? Dynamic) ReadSegments(ReadOnlySpan<byte> header)
    {
        var offset = BinaryPrimitives.ReadUInt64LittleEndian(header[32..]);
        var count = BinaryPrimitives.ReadUInt16LittleEndian(header[56..]);
        if (count == 0) return (null, null);
        if (BinaryPrimitives.ReadUInt16LittleEndian(header[54..]) != ProgramHeaderSize) throw new DamagedException("its program headers have another size than those of 64-bit files");
        if (count > MaxProgramHeaders) throw new DamagedException($"it has {count} program headers");

        string? interpreter = null;
        (ulong, ulong)? dynamic = null;
        Span<byte> segment = stackalloc byte[ProgramHeaderSize];
        for (var i = 0u; i < count; i++)
        {
            Fill(segment, Sum(offset, i * ProgramHeaderSize));
            var start = BinaryPrimitives.ReadUInt64LittleEndian(segment[8..]);
            var size = BinaryPrimitives.ReadUInt64LittleEndian(segment[32..]);
            switch (BinaryPrimitives.ReadUInt32LittleEndian(segment))
            {
                case Load: _loaded.Add((BinaryPrimitives.ReadUInt64LittleEndian(segment[16..]), start, size)); break;
                case Dynamic: dynamic = (start, size); break;
                case Interp: interpreter = TextAt(start, size); break;
            }
        }

        return (interpreter, dynamic);
    }

    private (List<(ulong Tag, ulong Value)> Entries, ulong Strings, ulong Size) ReadDynamic(ulong offset, ulong size)
    {
        var entries = new List<(ulong Tag, ulong Value)>();
        ulong? strings = null, length = null;
        Span<byte> entry = stackalloc byte[DynamicEntrySize];
        for (var at = 0UL; at + DynamicEntrySize <= size; at += DynamicEntrySize)
        {
            if (entries.Count == MaxDynamicEntries) throw new DamagedException("its dynamic section has no end");
            Fill(entry, Sum(offset, at));
            var (tag, value) = (BinaryPrimitives.ReadUInt64LittleEndian(entry), BinaryPrimitives.ReadUInt64LittleEndian(entry[8..]));
            if (tag == 0) break;
            if (tag == 5) strings = value;
            if (tag == 10) length = value;
            entries.Add((tag, value));
        }

        if (!entries.Exists(e => e.Tag is 1 or 14 or 15 or 29)) return ([], 0, 0);
        if (strings is not { } address || length is not { } bytes) throw new DamagedException("its dynamic section names no table of strings");
        return (entries, OffsetOf(address), bytes);
    }

    private ulong OffsetOf(ulong address)
    {
        foreach (var (start, offset, size) in _loaded)
        {
            if (address >= start && address - start < size) return Sum(offset, address - start);
        }

        throw new DamagedException("its table of strings is in no segment");
    }

    private string Text(ulong strings, ulong size, ulong index) =>
        index < size ? TextAt(Sum(strings, index), size - index) : throw new DamagedException("a name is outside its table of strings");

    /// <summary>The text up to its zero, which must come within the bound.</summary>
    private string TextAt(ulong offset, ulong limit)
    {
        Span<byte> bytes = stackalloc byte[MaxText];
        if (offset > (ulong)_length) throw new DamagedException("it is cut short");
        var read = RandomAccess.Read(_file, bytes[..(int)Math.Min(limit, MaxText)], (long)offset);
        var end = bytes[..read].IndexOf((byte)0);
        return end >= 0 ? Utf8.GetString(bytes[..end]) : throw new DamagedException("a name has no end");
    }

    private void Fill(Span<byte> target, ulong offset)
    {
        if (offset > (ulong)_length || RandomAccess.Read(_file, target, (long)offset) != target.Length) throw new DamagedException("it is cut short");
    }

    private static ulong Sum(ulong a, ulong b) => ulong.MaxValue - a < b ? throw new DamagedException("an offset is beyond all sizes") : a + b;

    private static IReadOnlyList<string> Folders(string? path) => path is null ? [] : path.Split(':', StringSplitOptions.RemoveEmptyEntries);

    private sealed class DamagedException(string reason) : Exception(reason);
}
