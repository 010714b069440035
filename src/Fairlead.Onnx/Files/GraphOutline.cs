namespace Fairlead.Onnx.Files;

/// <summary>A ValueInfoProto: the whole field, and the field in it that holds the name.</summary>
internal sealed record ValueOutline(string Name, FileRange Field, FileRange NameField);

/// <summary>Where a model's graph has its ZipMap nodes, and which names it uses for what.</summary>
internal sealed class GraphOutline
{
    /// <summary>The tag and the length in front of the graph.</summary>
    public FileRange Head { get; private init; }

    public FileRange Body { get; private init; }

    /// <summary>Nodes of that type with the fields that hold them, tag and length included; none from sub-graphs.</summary>
    public List<(FileRange Field, NodeOutline Node)> ZipMaps { get; } = [];

    public List<ValueOutline> Outputs { get; } = [];

    /// <summary>Types that the file gives for values inside the graph.</summary>
    public List<ValueOutline> Values { get; } = [];

    /// <summary>Names that any node reads, those in sub-graphs too.</summary>
    public HashSet<string> Used { get; } = new(StringComparer.Ordinal);

    /// <summary>Null for a file with two graph fields, which a protobuf reader would merge into one.</summary>
    public static GraphOutline? Read(ProtoReader reader)
    {
        GraphOutline? graph = null;
        for (var start = reader.Position; reader.TryReadTag(reader.Length, out var field, out var wire); start = reader.Position)
        {
            // ModelProto: graph = 7
            if ((field, wire) != (7, ProtoReader.Bytes))
            {
                reader.Skip(wire, reader.Length);
                continue;
            }

            if (graph is not null) return null;
            var end = reader.ReadEnd(reader.Length);
            graph = new GraphOutline { Head = new FileRange(start, reader.Position), Body = new FileRange(reader.Position, end) };
            graph.ReadFields(reader, end);
        }

        return graph;
    }

    // ValueInfoProto: name = 1
    public static ValueOutline ReadValue(ProtoReader reader, long start, long end)
    {
        var value = new ValueOutline("", new FileRange(start, end), default);
        for (var at = reader.Position; reader.TryReadTag(end, out var field, out var wire); at = reader.Position)
        {
            if ((field, wire) == (1, ProtoReader.Bytes)) value = value with { Name = reader.ReadString(end, int.MaxValue), NameField = new FileRange(at, reader.Position) };
            else reader.Skip(wire, end);
        }

        return value;
    }

    // GraphProto: node = 1, output = 12, value_info = 13
    private void ReadFields(ProtoReader reader, long end)
    {
        for (var start = reader.Position; reader.TryReadTag(end, out var field, out var wire); start = reader.Position)
        {
            switch (field, wire)
            {
                case (1, ProtoReader.Bytes):
                    var node = NodeOutline.Read(reader, reader.ReadEnd(end), Used, depth: 0);
                    if (node is { Type: "ZipMap", Domain: "ai.onnx.ml" }) ZipMaps.Add((new FileRange(start, reader.Position), node));
                    break;
                case (12, ProtoReader.Bytes): Outputs.Add(ReadValue(reader, start, reader.ReadEnd(end))); break;
                case (13, ProtoReader.Bytes): Values.Add(ReadValue(reader, start, reader.ReadEnd(end))); break;
                default: reader.Skip(wire, end); break;
            }
        }
    }
}
