using Microsoft.Win32.SafeHandles;

namespace Fairlead.Onnx.Files;

/// <summary>What to write instead of stretches of a file, none of which overlap; all between them stays.</summary>
internal sealed class FileEdits(SafeFileHandle file, long length)
{
    private readonly SortedList<long, (FileRange Old, byte[] New)> _edits = [];

    /// <summary>By how much the result is longer than the file; below zero for shorter.</summary>
    public long Growth { get; private set; }

    public void Replace(FileRange old, byte[] with)
    {
        _edits.Add(old.Start, (old, with));
        Growth += with.Length - old.Length;
    }

    /// <exception cref="EndOfStreamException">The file has become shorter.</exception>
    public byte[] Read(FileRange range)
    {
        var bytes = new byte[range.Length];
        Fill(bytes, range.Start);
        return bytes;
    }

    /// <inheritdoc cref="Read"/>
    public void WriteTo(Span<byte> result)
    {
        var at = 0L;
        foreach (var (old, with) in _edits.Values)
        {
            result = Keep(result, at, old.Start);
            with.CopyTo(result);
            result = result[with.Length..];
            at = old.End;
        }

        Keep(result, at, length);
    }

    private Span<byte> Keep(Span<byte> result, long from, long to)
    {
        var count = checked((int)(to - from));
        Fill(result[..count], from);
        return result[count..];
    }

    private void Fill(Span<byte> bytes, long from)
    {
        while (bytes.Length > 0)
        {
            var read = RandomAccess.Read(file, bytes, from);
            if (read == 0) throw new EndOfStreamException();
            bytes = bytes[read..];
            from += read;
        }
    }
}
