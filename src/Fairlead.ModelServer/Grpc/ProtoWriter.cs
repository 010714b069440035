using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Fairlead.ModelServer.Running;

namespace Fairlead.ModelServer.Grpc;

/// <summary>
/// Writes one gRPC message in one pass. The length of an inner message is set when its end is known, as a varint of five
/// bytes whatever its size: readers take those, and nothing has to be measured first.
/// </summary>
internal readonly struct ProtoWriter(PooledBuffer target)
{
    private const int LengthBytes = 5;
    private const int FramePrefix = 5;

    /// <summary>Begins the frame (gRPC over HTTP/2, "Length-Prefixed-Message"): not compressed, length still open.</summary>
    public static ProtoWriter Frame(PooledBuffer target)
    {
        target.GetSpan(FramePrefix)[..FramePrefix].Clear();
        target.Advance(FramePrefix);
        return new ProtoWriter(target);
    }

    public static void EndFrame(PooledBuffer target) =>
        BinaryPrimitives.WriteInt32BigEndian(target.Slice(1, sizeof(int)).Span, target.Length - FramePrefix);

    /// <summary>Left out when empty, as proto3 does.</summary>
    public void Text(int field, string? value)
    {
        if (!string.IsNullOrEmpty(value)) Bytes(field, Encoding.UTF8.GetBytes(value));
    }

    /// <summary>Elements of a repeated field: written also when empty.</summary>
    public void Bytes(int field, ReadOnlySpan<byte> value)
    {
        Tag(field, ProtoReader.BytesWire);
        Varint((ulong)value.Length);
        target.Write(value);
    }

    public void Number(int field, long value)
    {
        if (value == 0) return;
        Tag(field, ProtoReader.VarintWire);
        Varint((ulong)value);
    }

    public void Packed(int field, IReadOnlyList<long> values)
    {
        if (values.Count == 0) return;
        var inner = Begin(field);
        for (var i = 0; i < values.Count; i++) Varint((ulong)values[i]);
        End(inner);
    }

    public int Begin(int field)
    {
        Tag(field, ProtoReader.BytesWire);
        target.GetSpan(LengthBytes);
        target.Advance(LengthBytes);
        return target.Length;
    }

    public void End(int begin)
    {
        var length = (uint)(target.Length - begin);
        var bytes = target.Slice(begin - LengthBytes, LengthBytes).Span;
        for (var i = 0; i < LengthBytes - 1; i++, length >>= 7) bytes[i] = (byte)(length | 0x80);
        bytes[LengthBytes - 1] = (byte)length;
    }

    public void Varint(ulong value)
    {
        var span = target.GetSpan(10);
        var length = 0;
        for (; value >= 0x80; value >>= 7) span[length++] = (byte)(value | 0x80);
        span[length++] = (byte)value;
        target.Advance(length);
    }

    private void Tag(int field, int wire) => Varint(((ulong)field << 3) | (uint)wire);
}
