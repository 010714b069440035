using System.Buffers;

namespace Fairlead.Onnx.Files;

/// <summary>Writes the few small messages that are put in place of others.</summary>
internal sealed class ProtoWriter
{
    private readonly ArrayBufferWriter<byte> _bytes = new();

    public byte[] ToArray() => _bytes.WrittenSpan.ToArray();

    public ProtoWriter Number(int field, long value)
    {
        Varint((ulong)field << 3 | ProtoReader.Varint);
        Varint((ulong)value);
        return this;
    }

    public ProtoWriter Field(int field, ReadOnlySpan<byte> content)
    {
        Head(field, content.Length);
        return Raw(content);
    }

    /// <summary>What stands before a message, string or bytes of that length.</summary>
    public ProtoWriter Head(int field, long length)
    {
        Varint((ulong)field << 3 | ProtoReader.Bytes);
        Varint((ulong)length);
        return this;
    }

    /// <summary>Whole fields, as they stood elsewhere.</summary>
    public ProtoWriter Raw(ReadOnlySpan<byte> fields)
    {
        _bytes.Write(fields);
        return this;
    }

    private void Varint(ulong value)
    {
        for (; value >= 0x80; value >>= 7) _bytes.Write([(byte)(value | 0x80)]);
        _bytes.Write([(byte)value]);
    }
}
