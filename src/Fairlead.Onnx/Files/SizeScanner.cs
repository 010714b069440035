namespace Fairlead.Onnx.Files;

/// <summary>Whether an input's sizes are all fixed, read from its ValueInfoProto.</summary>
internal static class SizeScanner
{
    // ValueInfoProto: type = 2. TypeProto: tensor_type = 1. Tensor: shape = 2. TensorShapeProto: dim = 1. Dimension: dim_value = 1
    private static readonly int[] ShapePath = [2, 1, 2];

    public static bool IsFixed(ProtoReader reader, long end) => IsFixed(reader, end, depth: 0);

    private static bool IsFixed(ProtoReader reader, long end, int depth)
    {
        if (depth == ShapePath.Length) return HasFixedDimensions(reader, end);

        // Without a shape, or not a tensor: nothing is known of its sizes.
        var known = false;
        while (reader.TryReadTag(end, out var field, out var wire))
        {
            if (field == ShapePath[depth] && wire == ProtoReader.Bytes) known = IsFixed(reader, reader.ReadEnd(end), depth + 1);
            else reader.Skip(wire, end);
        }

        return known;
    }

    private static bool HasFixedDimensions(ProtoReader reader, long end)
    {
        var all = true;
        while (reader.TryReadTag(end, out var field, out var wire))
        {
            if ((field, wire) == (1, ProtoReader.Bytes)) all &= HasValue(reader, reader.ReadEnd(end));
            else reader.Skip(wire, end);
        }

        return all;
    }

    private static bool HasValue(ProtoReader reader, long end)
    {
        var value = 0L;
        while (reader.TryReadTag(end, out var field, out var wire))
        {
            if ((field, wire) == (1, ProtoReader.Varint)) value = (long)reader.ReadVarint(end);
            else reader.Skip(wire, end);
        }

        return value > 0;
    }
}
