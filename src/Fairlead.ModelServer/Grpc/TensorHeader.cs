using Fairlead.ModelServer.Protocol;

namespace Fairlead.ModelServer.Grpc;

/// <summary>An InferInputTensor without its elements.</summary>
/// <param name="Contents">Where its contents are; in several places when the sender wrote them so, which protobuf joins.</param>
internal sealed record TensorHeader(string Name, string Datatype, long[] Shape, IReadOnlyList<(int Start, int Length)> Contents)
{
    // A joined message may come in any number of parts; no writer makes more than a few.
    private const int MostParts = 1024;

    public static TensorHeader Read(ReadOnlySpan<byte> tensor)
    {
        var (name, datatype, contents) = ("", "", new List<(int Start, int Length)>(1));
        var shape = new List<long>(4);
        var proto = new ProtoReader(tensor);
        while (proto.TryReadTag(out var field, out var wire))
        {
            switch (field)
            {
                case 1: name = proto.Text(wire); break;
                case 2: datatype = proto.Text(wire); break;
                case 3: ReadSizes(ref proto, wire, shape); break;
                case 4: InferMessageReader.CheckParameter(proto.Bytes(wire), "An input"); break;
                case 5 when contents.Count < MostParts: contents.Add(proto.Place(wire)); break;
                case 5: throw new RequestRefusedException($"The input '{name}' has its contents in more than {MostParts} parts.");
                default: proto.Skip(wire); break;
            }
        }

        return new TensorHeader(name, datatype, [.. shape], contents);
    }

    private static void ReadSizes(ref ProtoReader proto, int wire, List<long> shape)
    {
        if (wire == ProtoReader.VarintWire)
        {
            Add(shape, proto.Varint());
            return;
        }

        var packed = proto.Bytes(wire);
        var inner = new ProtoReader(packed);
        while (inner.Position < packed.Length) Add(shape, inner.Varint());
    }

    private static void Add(List<long> shape, ulong size)
    {
        if (size > long.MaxValue) throw new RequestRefusedException("An input's shape holds a negative size.");
        if (shape.Count == TensorHeaderReader.MostDimensions) throw new RequestRefusedException($"An input's shape has more than {TensorHeaderReader.MostDimensions} dimensions.");
        shape.Add((long)size);
    }
}
