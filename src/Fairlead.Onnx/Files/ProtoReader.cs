using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Fairlead.Onnx.Files;

/// <summary>
/// Walks protobuf (encoding spec: protobuf.dev/programming-guides/encoding) in a file of any size without loading it: what is
/// not asked for is stepped over. Every read is given the end of the message it lies in and never passes it.
/// </summary>
/// <remarks>Not thread-safe. Throws <see cref="EndOfStreamException"/> past the file's end and <see cref="InvalidDataException"/> for what is no protobuf.</remarks>
internal sealed class ProtoReader(SafeFileHandle file, long length)
{
    public const int Varint = 0;
    public const int Fixed64 = 1;
    public const int Bytes = 2;
    public const int Fixed32 = 5;

    private readonly byte[] _buffer = new byte[16 * 1024];
    private long _bufferStart;
    private int _bufferLength;

    /// <summary>May be set back, to read a part again.</summary>
    public long Position { get; set; }

    public long Length => length;

    /// <summary>Field number and wire type of the next field; false at the end of the message.</summary>
    public bool TryReadTag(long end, out int field, out int wire)
    {
        (field, wire) = (0, 0);
        if (Position == end) return false;
        var tag = ReadVarint(end);
        if (tag >> 3 is 0 or > 0x1FFFFFFF) throw new InvalidDataException("A field number is out of range.");
        (field, wire) = ((int)(tag >> 3), (int)(tag & 7));
        return true;
    }

    public ulong ReadVarint(long end)
    {
        var value = 0UL;
        for (var shift = 0; shift < 70; shift += 7)
        {
            var next = ReadByte(end);
            if (shift < 64) value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80) return value;
        }

        throw new InvalidDataException("A number is longer than ten bytes.");
    }

    /// <summary>The end of the message, string or bytes that starts here.</summary>
    public long ReadEnd(long end)
    {
        var size = ReadVarint(end);
        if (size > (ulong)(end - Position)) throw Overrun(end);
        return Position + (long)size;
    }

    /// <param name="limit">The most bytes that are kept; the rest is stepped over.</param>
    public string ReadString(long end, int limit)
    {
        var stop = ReadEnd(end);
        var bytes = new byte[(int)Math.Min(limit, stop - Position)];
        for (var i = 0; i < bytes.Length; i++) bytes[i] = ReadByte(stop);
        Position = stop;
        return Encoding.UTF8.GetString(bytes);
    }

    public void Skip(int wire, long end)
    {
        if (wire == Varint)
        {
            ReadVarint(end);
            return;
        }

        var stop = wire switch
        {
            Fixed64 => Position + 8,
            Fixed32 => Position + 4,
            Bytes => ReadEnd(end),
            _ => throw new InvalidDataException($"The wire type {wire} is not known."),
        };
        if (stop > end) throw Overrun(end);
        Position = stop;
    }

    private byte ReadByte(long end)
    {
        if (Position >= end) throw Overrun(end);
        if (Position < _bufferStart || Position >= _bufferStart + _bufferLength) Fill();
        return _buffer[Position++ - _bufferStart];
    }

    private void Fill()
    {
        (_bufferStart, _bufferLength) = (Position, RandomAccess.Read(file, _buffer, Position));

        // The file can have become shorter since its length was taken.
        if (_bufferLength == 0) throw new EndOfStreamException();
    }

    private Exception Overrun(long end) =>
        end == length ? new EndOfStreamException() : new InvalidDataException("A field is longer than the message it lies in.");
}
