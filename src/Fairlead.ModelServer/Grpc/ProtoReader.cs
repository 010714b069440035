using System.Buffers.Binary;
using System.Text.Unicode;

namespace Fairlead.ModelServer.Grpc;

/// <summary>
/// Walks one protobuf message in memory (protobuf.dev/programming-guides/encoding). No read passes the message's end, whatever
/// the lengths in it say.
/// </summary>
/// <remarks>Throws <see cref="InvalidDataException"/> for what is no protobuf.</remarks>
internal ref struct ProtoReader(ReadOnlySpan<byte> message)
{
    public const int VarintWire = 0;
    public const int Fixed64Wire = 1;
    public const int BytesWire = 2;
    public const int Fixed32Wire = 5;

    private readonly ReadOnlySpan<byte> _message = message;
    private int _position;

    public readonly int Position => _position;

    /// <summary>False at the end of the message.</summary>
    public bool TryReadTag(out int field, out int wire)
    {
        (field, wire) = (0, 0);
        if (_position == _message.Length) return false;
        var tag = Varint();
        if (tag >> 3 is 0 or > 0x1FFFFFFF) throw new InvalidDataException("a field number is out of range.");
        (field, wire) = ((int)(tag >> 3), (int)(tag & 7));
        return true;
    }

    public ulong Varint()
    {
        var value = 0UL;
        for (var shift = 0; shift < 70; shift += 7)
        {
            if (_position == _message.Length) throw Overrun();
            var next = _message[_position++];
            if (shift < 64) value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80) return value;
        }

        throw new InvalidDataException("a number is longer than ten bytes.");
    }

    public uint Fixed32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    public ulong Fixed64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(8));

    public ReadOnlySpan<byte> Bytes(int wire)
    {
        var (start, length) = Place(wire);
        return _message.Slice(start, length);
    }

    /// <summary>Where in the message the bytes lie.</summary>
    public (int Start, int Length) Place(int wire)
    {
        if (wire != BytesWire) throw new InvalidDataException($"a field has the wire type {wire} instead of {BytesWire}.");
        var length = Varint();
        if (length > (ulong)(_message.Length - _position)) throw Overrun();
        var start = _position;
        _position += (int)length;
        return (start, (int)length);
    }

    public string Text(int wire)
    {
        var bytes = Bytes(wire);
        return Utf8.IsValid(bytes) ? System.Text.Encoding.UTF8.GetString(bytes) : throw new InvalidDataException("a text is not valid UTF-8.");
    }

    public void Skip(int wire)
    {
        switch (wire)
        {
            case VarintWire: Varint(); break;
            case Fixed64Wire: Take(8); break;
            case Fixed32Wire: Take(4); break;
            case BytesWire: Place(wire); break;
            default: throw new InvalidDataException($"the wire type {wire} is not known.");
        }
    }

    private ReadOnlySpan<byte> Take(int length)
    {
        if (_message.Length - _position < length) throw Overrun();
        _position += length;
        return _message.Slice(_position - length, length);
    }

    private static InvalidDataException Overrun() => new("a field is longer than the message it lies in.");
}
