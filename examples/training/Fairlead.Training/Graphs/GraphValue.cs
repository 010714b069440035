namespace Fairlead.Training.Graphs;

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
