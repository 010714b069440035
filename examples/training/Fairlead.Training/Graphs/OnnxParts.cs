using System.Buffers.Binary;

namespace Fairlead.Training.Graphs;

/// <summary>Element types by their numbers in <c>TensorProto.DataType</c>.</summary>
public enum ElementType
{
    Float32 = 1,
    Int64 = 7,
}

/// <summary>A size that is fixed, or a name for one that differs from request to request.</summary>
public readonly record struct Dimension(long? Size, string? Name)
{
    public static implicit operator Dimension(long size) => new(size, null);

    public static implicit operator Dimension(string name) => new(null, name);
}

/// <summary>An input or output of the graph.</summary>
internal sealed record GraphValue(string Name, ElementType Type, IReadOnlyList<Dimension> Shape)
{
    // ValueInfoProto: name 1, type 2 { tensor_type 1 { elem_type 1, shape 2 { dim 1 { dim_value 1 | dim_param 2 } } } }
    internal void Write(ProtoWriter writer)
    {
        writer.Text(1, Name);
        writer.Message(2, type => type.Message(1, tensor =>
        {
            tensor.Number(1, (long)Type);
            tensor.Message(2, shape =>
            {
                foreach (var dimension in Shape) shape.Message(1, d => WriteDimension(d, dimension));
            });
        }));
    }

    private static void WriteDimension(ProtoWriter writer, Dimension dimension)
    {
        if (dimension.Size is { } size) writer.Number(1, size);
        else writer.Text(2, dimension.Name!);
    }
}

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

/// <summary>An operator's whole-number setting: one, or a list of them.</summary>
public sealed record NodeAttribute(string Name, params long[] Values)
{
    private const int IntType = 2;
    private const int IntsType = 7;

    internal bool IsList { get; init; }

    public static NodeAttribute List(string name, params long[] values) => new(name, values) { IsList = true };

    // AttributeProto: name 1, i 3, ints 8, type 20
    internal void Write(ProtoWriter writer)
    {
        writer.Text(1, Name);
        foreach (var value in Values) writer.Number(IsList ? 8 : 3, value);
        writer.Number(20, IsList ? IntsType : IntType);
    }
}
