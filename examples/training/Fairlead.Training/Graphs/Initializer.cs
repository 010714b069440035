using System.Buffers.Binary;

namespace Fairlead.Training.Graphs;

/// <summary>A constant tensor.</summary>
internal sealed record Initializer(string Name, ElementType Type, IReadOnlyList<long> Shape, byte[] Raw)
{
    internal static Initializer Of(string name, ReadOnlySpan<float> values, long[] shape)
    {
        var raw = new byte[values.Length * sizeof(float)];
        for (var i = 0; i < values.Length; i++) BinaryPrimitives.WriteSingleLittleEndian(raw.AsSpan(i * sizeof(float)), values[i]);
        return new Initializer(name, ElementType.Float32, shape, raw);
    }

    internal static Initializer Of(string name, ReadOnlySpan<long> values, long[] shape)
    {
        var raw = new byte[values.Length * sizeof(long)];
        for (var i = 0; i < values.Length; i++) BinaryPrimitives.WriteInt64LittleEndian(raw.AsSpan(i * sizeof(long)), values[i]);
        return new Initializer(name, ElementType.Int64, shape, raw);
    }

    // TensorProto: dims 1, data_type 2, name 8, raw_data 9 (little-endian)
    internal void Write(ProtoWriter writer)
    {
        foreach (var size in Shape) writer.Number(1, size);
        writer.Number(2, (long)Type);
        writer.Text(8, Name);
        writer.Bytes(9, Raw);
    }
}
