using System.Globalization;

namespace Fairlead.Onnx.Files;

/// <summary>Walks one NodeProto with the tensors and graphs in its attributes, and keeps the class names of a ZipMap.</summary>
internal sealed class NodeScanner(ProtoReader reader, ModelFacts facts, int depth)
{
    // Each sub-graph nests three messages and protobuf itself stops at 100.
    public const int MaxDepth = 40;
    private const int NameLimit = 4096;
    private const int MaxClasses = 100_000;

    private readonly List<string> _classes = [];

    // NodeProto: output = 2, op_type = 4, attribute = 5
    public void Scan(long end)
    {
        var (output, type) = ((string?)null, "");
        while (reader.TryReadTag(end, out var field, out var wire))
        {
            switch (field, wire)
            {
                case (2, ProtoReader.Bytes) when output is null: output = reader.ReadString(end, NameLimit); break;
                case (4, ProtoReader.Bytes): type = reader.ReadString(end, NameLimit); break;
                case (5, ProtoReader.Bytes): ScanAttribute(reader.ReadEnd(end)); break;
                default: reader.Skip(wire, end); break;
            }
        }

        if (type is "Loop" or "Scan") facts.HasLoops = true;
        if (type == "ZipMap" && output is not null && _classes.Count > 0) facts.Classes[output] = _classes;
    }

    // AttributeProto: name = 1, t = 5, g = 6, ints = 8, strings = 9, tensors = 10, graphs = 11, sparse_tensor = 22, sparse_tensors = 23.
    // The name is written first by every known writer; ints and strings before it would only lose class names.
    public void ScanAttribute(long end)
    {
        var labels = false;
        while (reader.TryReadTag(end, out var field, out var wire))
        {
            switch (field, wire)
            {
                case (1, ProtoReader.Bytes): labels = reader.ReadString(end, NameLimit) is "classlabels_int64s" or "classlabels_strings"; break;
                case (5 or 10, ProtoReader.Bytes): TensorScanner.ScanTensor(reader, facts, reader.ReadEnd(end)); break;
                case (6 or 11, ProtoReader.Bytes): ScanSubgraph(reader, facts, reader.ReadEnd(end), depth + 1); break;
                case (22 or 23, ProtoReader.Bytes): TensorScanner.ScanSparse(reader, facts, reader.ReadEnd(end)); break;
                case (8, ProtoReader.Varint or ProtoReader.Bytes) when labels: ReadInts(wire, end); break;
                case (9, ProtoReader.Bytes) when labels: AddClass(reader.ReadString(end, NameLimit)); break;
                default: reader.Skip(wire, end); break;
            }
        }
    }

    public static void ScanSubgraph(ProtoReader reader, ModelFacts facts, long end, int depth)
    {
        if (depth > MaxDepth) throw new InvalidDataException($"Graphs are nested more than {MaxDepth} deep.");
        while (reader.TryReadTag(end, out var field, out var wire)) ScanGraphField(reader, facts, field, wire, end, depth);
    }

    // GraphProto: node = 1, initializer = 5, sparse_initializer = 15
    public static void ScanGraphField(ProtoReader reader, ModelFacts facts, int field, int wire, long end, int depth)
    {
        switch (field, wire)
        {
            case (1, ProtoReader.Bytes): new NodeScanner(reader, facts, depth).Scan(reader.ReadEnd(end)); break;
            case (5, ProtoReader.Bytes): TensorScanner.ScanTensor(reader, facts, reader.ReadEnd(end)); break;
            case (15, ProtoReader.Bytes): TensorScanner.ScanSparse(reader, facts, reader.ReadEnd(end)); break;
            default: reader.Skip(wire, end); break;
        }
    }

    // Written one by one or packed; a reader takes both.
    private void ReadInts(int wire, long end)
    {
        if (wire == ProtoReader.Varint)
        {
            AddClass(reader.ReadVarint(end));
            return;
        }

        var stop = reader.ReadEnd(end);
        while (reader.Position < stop) AddClass(reader.ReadVarint(stop));
    }

    private void AddClass(ulong label) => AddClass(((long)label).ToString(CultureInfo.InvariantCulture));

    private void AddClass(string name)
    {
        if (_classes.Count < MaxClasses) _classes.Add(name);
    }
}
