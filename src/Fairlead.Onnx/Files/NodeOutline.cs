namespace Fairlead.Onnx.Files;

/// <summary>A stretch of a file, in bytes from its start.</summary>
internal readonly record struct FileRange(long Start, long End)
{
    public int Length => checked((int)(End - Start));
}

/// <summary>A NodeProto by its names. Every name that it or a graph in its attributes reads is added to a set on the way.</summary>
internal sealed class NodeOutline
{
    /// <summary>All of the node but its own tag and length.</summary>
    public FileRange Body { get; private init; }

    public string Type { get; private set; } = "";

    public string Domain { get; private set; } = "";

    public List<string> Inputs { get; } = [];

    public List<string> Outputs { get; } = [];

    public int Attributes { get; private set; }

    /// <summary>The fields that hold its inputs, its outputs and its own name.</summary>
    public List<FileRange> Names { get; } = [];

    // NodeProto: input = 1, output = 2, name = 3, op_type = 4, attribute = 5, domain = 7.
    // Names are read whole: one that is cut off could be taken for another.
    public static NodeOutline Read(ProtoReader reader, long end, HashSet<string> used, int depth)
    {
        var node = new NodeOutline { Body = new FileRange(reader.Position, end) };
        for (var start = reader.Position; reader.TryReadTag(end, out var field, out var wire); start = reader.Position)
        {
            switch (field, wire)
            {
                case (1, ProtoReader.Bytes): node.Inputs.Add(reader.ReadString(end, int.MaxValue)); break;
                case (2, ProtoReader.Bytes): node.Outputs.Add(reader.ReadString(end, int.MaxValue)); break;
                case (4, ProtoReader.Bytes): node.Type = reader.ReadString(end, int.MaxValue); break;
                case (7, ProtoReader.Bytes): node.Domain = reader.ReadString(end, int.MaxValue); break;
                case (5, ProtoReader.Bytes): node.ReadAttribute(reader, reader.ReadEnd(end), used, depth); break;
                default: reader.Skip(wire, end); break;
            }

            if (field is 1 or 2 or 3) node.Names.Add(new FileRange(start, reader.Position));
        }

        used.UnionWith(node.Inputs);
        return node;
    }

    // AttributeProto: g = 6, graphs = 11
    private void ReadAttribute(ProtoReader reader, long end, HashSet<string> used, int depth)
    {
        Attributes++;
        while (reader.TryReadTag(end, out var field, out var wire))
        {
            if (field is 6 or 11 && wire == ProtoReader.Bytes) ReadSubgraph(reader, reader.ReadEnd(end), used, depth + 1);
            else reader.Skip(wire, end);
        }
    }

    // GraphProto: node = 1, output = 12; a sub-graph can pass a value from outside straight on as its output.
    private static void ReadSubgraph(ProtoReader reader, long end, HashSet<string> used, int depth)
    {
        if (depth > NodeScanner.MaxDepth) throw new InvalidDataException($"Graphs are nested more than {NodeScanner.MaxDepth} deep.");
        while (reader.TryReadTag(end, out var field, out var wire))
        {
            if ((field, wire) == (1, ProtoReader.Bytes)) Read(reader, reader.ReadEnd(end), used, depth);
            else if ((field, wire) == (12, ProtoReader.Bytes)) used.Add(GraphOutline.ReadValue(reader, default, reader.ReadEnd(end)).Name);
            else reader.Skip(wire, end);
        }
    }
}
