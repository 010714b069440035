using System.Runtime.InteropServices;
using Fairlead.ModelServer.Protocol;
using Fairlead.Onnx;

namespace Fairlead.ModelServer.Grpc;

/// <summary>Reads a tensor's typed contents into its memory. Repeated numbers may come packed, one by one, or both (protobuf encoding, "Packed Repeated Fields").</summary>
internal ref struct TypedContentsReader(string input, TensorType type, int elements, Span<byte> target)
{
    private readonly Span<byte> _target = target;
    private readonly byte[][] _strings = type == TensorType.String ? new byte[elements][] : [];

    /// <summary>Elements seen, also those beyond the shape.</summary>
    public int Count { get; private set; }

    public readonly byte[][] Strings => _strings;

    public void Read(ReadOnlySpan<byte> contents)
    {
        var proto = new ProtoReader(contents);
        while (proto.TryReadTag(out var field, out var wire))
        {
            if (field > TypedContents.BytesField) proto.Skip(wire);
            else if (field != TypedContents.FieldOf(type)) SkipEmpty(ref proto, field, wire);
            else if (type == TensorType.String) ReadString(proto.Bytes(wire));
            else if (wire == ProtoReader.BytesWire) ReadPacked(proto.Bytes(wire));
            else if (wire == TypedContents.WireOf(type)) ReadNumber(ref proto);
            else throw new InvalidDataException($"the contents of '{input}' have the wire type {wire}.");
        }
    }

    private readonly void SkipEmpty(ref ProtoReader proto, int field, int wire)
    {
        // Some writers put every field, the others empty.
        if (wire == ProtoReader.BytesWire && field != TypedContents.BytesField && proto.Bytes(wire).IsEmpty) return;
        throw TypedContents.WrongField(input, type, field);
    }

    private void ReadString(ReadOnlySpan<byte> text)
    {
        if (Count < elements) _strings[Count] = text.ToArray();
        Count++;
    }

    private void ReadPacked(ReadOnlySpan<byte> packed)
    {
        var proto = new ProtoReader(packed);
        var size = type.ElementSize();
        if (TypedContents.WireOf(type) == ProtoReader.VarintWire)
        {
            for (var left = packed.Length; left > 0;) left -= ReadNumber(ref proto);
            return;
        }

        // Fixed sizes are packed as the tensor's memory is.
        if (packed.Length % size != 0) throw new InvalidDataException($"the contents of '{input}' are cut off.");
        var at = Math.Min(Count, elements) * size;
        packed[..Math.Min(packed.Length, _target.Length - at)].CopyTo(_target[at..]);
        Count += packed.Length / size;
    }

    /// <summary>The bytes that it took.</summary>
    private int ReadNumber(ref ProtoReader proto)
    {
        var before = proto.Position;
        var index = Count++;
        var value = TypedContents.WireOf(type) switch
        {
            ProtoReader.Fixed32Wire => proto.Fixed32(),
            ProtoReader.Fixed64Wire => proto.Fixed64(),
            _ => proto.Varint(),
        };
        if (index < elements && !Store(index, value)) throw Unfit(index, value);
        return proto.Position - before;
    }

    /// <summary>False for a number that the type cannot hold; int32 and uint32 take the low half, as protobuf does.</summary>
    private readonly bool Store(int index, ulong value)
    {
        switch (type)
        {
            case TensorType.Bool: _target[index] = value == 0 ? (byte)0 : (byte)1; return true;
            case TensorType.UInt8: _target[index] = (byte)value; return (uint)value <= byte.MaxValue;
            case TensorType.Int8: _target[index] = (byte)value; return (int)value is >= sbyte.MinValue and <= sbyte.MaxValue;
            case TensorType.UInt16: At<ushort>(index) = (ushort)value; return (uint)value <= ushort.MaxValue;
            case TensorType.Int16: At<short>(index) = (short)value; return (int)value is >= short.MinValue and <= short.MaxValue;
            case TensorType.UInt32 or TensorType.Int32 or TensorType.Float32: At<uint>(index) = (uint)value; return true;
            default: At<ulong>(index) = value; return true;
        }
    }

    private readonly ref T At<T>(int index)
        where T : unmanaged => ref MemoryMarshal.Cast<byte, T>(_target)[index];

    private readonly RequestRefusedException Unfit(int index, ulong value) =>
        new($"The input '{input}' is {Datatypes.NameOf(type)}: element {index} is {(int)value}, which that type cannot hold.");
}
