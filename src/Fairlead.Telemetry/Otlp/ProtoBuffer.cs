using System.Buffers.Binary;
using System.Text;

namespace Fairlead.Telemetry.Otlp;

/// <summary>Writes protobuf in one pass into a buffer that is used again. Lengths of inner messages are set when their end is known, as varints of fixed width.</summary>
public sealed class ProtoBuffer
{
    private const int VarintWire = 0;
    private const int Fixed64Wire = 1;
    private const int BytesWire = 2;
    private const int LengthBytes = 4;

    private byte[] _bytes = new byte[4096];
    private int _length;

    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, _length);

    public void Clear() => _length = 0;

    /// <summary>Bytes that are no field, such as a frame's beginning.</summary>
    public Span<byte> Reserve(int count)
    {
        if (_bytes.Length - _length < count) Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _length + count));
        var reserved = _bytes.AsSpan(_length, count);
        _length += count;
        return reserved;
    }

    /// <summary>Left out when empty.</summary>
    public void Text(int field, string? value)
    {
        if (string.IsNullOrEmpty(value)) return;
        Tag(field, BytesWire);
        var bytes = Encoding.UTF8.GetByteCount(value);
        Varint((ulong)bytes);
        Encoding.UTF8.GetBytes(value, Reserve(bytes));
    }

    public void Number(int field, long value)
    {
        Tag(field, VarintWire);
        Varint((ulong)value);
    }

    public void Fixed(int field, long value)
    {
        Tag(field, Fixed64Wire);
        Fixed(value);
    }

    public void Double(int field, double value) => Fixed(field, BitConverter.DoubleToInt64Bits(value));

    /// <summary>An element of a packed field, between <see cref="Begin"/> and <see cref="End"/>.</summary>
    public void Fixed(long value) => BinaryPrimitives.WriteInt64LittleEndian(Reserve(sizeof(long)), value);

    public void Id(int field, ulong value)
    {
        Tag(field, BytesWire);
        Varint(sizeof(ulong));
        BinaryPrimitives.WriteUInt64BigEndian(Reserve(sizeof(ulong)), value);
    }

    public void Id(int field, UInt128 value)
    {
        Tag(field, BytesWire);
        Varint(16);
        BinaryPrimitives.WriteUInt128BigEndian(Reserve(16), value);
    }

    public int Begin(int field)
    {
        Tag(field, BytesWire);
        Reserve(LengthBytes);
        return _length;
    }

    public void End(int begin)
    {
        var length = (uint)(_length - begin);
        var bytes = _bytes.AsSpan(begin - LengthBytes, LengthBytes);
        for (var i = 0; i < LengthBytes - 1; i++, length >>= 7) bytes[i] = (byte)(length | 0x80);
        bytes[LengthBytes - 1] = checked((byte)length);
    }

    private void Tag(int field, int wire) => Varint(((ulong)field << 3) | (uint)wire);

    private void Varint(ulong value)
    {
        for (; value >= 0x80; value >>= 7) Reserve(1)[0] = (byte)(value | 0x80);
        Reserve(1)[0] = (byte)value;
    }
}
