namespace Fairlead.Onnx.Files;

/// <summary>Reads <see cref="ModelFacts"/> from a ModelProto (onnx.proto; the numbers below are its field numbers).</summary>
internal sealed class ModelScanner(ProtoReader reader)
{
    private const int NameLimit = 4096;
    private const int TextLimit = 64 * 1024;

    private readonly ModelFacts _facts = new();

    /// <summary>Filled as far as the scan got, also when it failed.</summary>
    public ModelFacts Facts => _facts;

    public void Scan()
    {
        var end = reader.Length;
        while (reader.TryReadTag(end, out var field, out var wire))
        {
            switch (field, wire)
            {
                case (1, ProtoReader.Varint): _facts.IrVersion = (long)reader.ReadVarint(end); break;
                case (2, ProtoReader.Bytes): _facts.Producer = reader.ReadString(end, NameLimit); break;
                case (3, ProtoReader.Bytes): _facts.ProducerVersion = reader.ReadString(end, NameLimit); break;
                case (4, ProtoReader.Bytes): _facts.Domain = reader.ReadString(end, NameLimit); break;
                case (5, ProtoReader.Varint): _facts.ModelVersion = (long)reader.ReadVarint(end); break;
                case (6, ProtoReader.Bytes): _facts.Description = reader.ReadString(end, TextLimit); break;
                case (7, ProtoReader.Bytes): ScanGraph(reader.ReadEnd(end)); break;
                case (8, ProtoReader.Bytes): ScanOpset(reader.ReadEnd(end)); break;
                case (14, ProtoReader.Bytes): ScanCustom(reader.ReadEnd(end)); break;
                case (20, ProtoReader.Bytes): ScanTraining(reader.ReadEnd(end)); break;
                case (25, ProtoReader.Bytes): ScanFunction(reader.ReadEnd(end)); break;
                default: reader.Skip(wire, end); break;
            }
        }
    }

    // The graph's name (2) is kept and its inputs (11) are looked at; all else of it is what every sub-graph has.
    private void ScanGraph(long end)
    {
        _facts.HasGraph = true;
        while (reader.TryReadTag(end, out var field, out var wire))
        {
            if ((field, wire) == (2, ProtoReader.Bytes)) _facts.GraphName = reader.ReadString(end, NameLimit);
            else if ((field, wire) == (11, ProtoReader.Bytes)) _facts.HasFixedSizes &= SizeScanner.IsFixed(reader, reader.ReadEnd(end));
            else NodeScanner.ScanGraphField(reader, _facts, field, wire, end, depth: 0);
        }
    }

    // TrainingInfoProto: initialization = 1, algorithm = 2, both graphs
    private void ScanTraining(long end)
    {
        while (reader.TryReadTag(end, out var field, out var wire))
        {
            if (field is 1 or 2 && wire == ProtoReader.Bytes) NodeScanner.ScanSubgraph(reader, _facts, reader.ReadEnd(end), depth: 0);
            else reader.Skip(wire, end);
        }
    }

    // FunctionProto: node = 7, attribute_proto = 11
    private void ScanFunction(long end)
    {
        while (reader.TryReadTag(end, out var field, out var wire))
        {
            if ((field, wire) == (7, ProtoReader.Bytes)) new NodeScanner(reader, _facts, 0).Scan(reader.ReadEnd(end));
            else if ((field, wire) == (11, ProtoReader.Bytes)) new NodeScanner(reader, _facts, 0).ScanAttribute(reader.ReadEnd(end));
            else reader.Skip(wire, end);
        }
    }

    // OperatorSetIdProto: domain = 1, version = 2; the empty domain is the standard one
    private void ScanOpset(long end)
    {
        var (domain, version) = ("", 0L);
        while (reader.TryReadTag(end, out var field, out var wire))
        {
            if ((field, wire) == (1, ProtoReader.Bytes)) domain = reader.ReadString(end, NameLimit);
            else if ((field, wire) == (2, ProtoReader.Varint)) version = (long)reader.ReadVarint(end);
            else reader.Skip(wire, end);
        }

        _facts.Opsets[domain.Length == 0 ? "ai.onnx" : domain] = version;
    }

    private void ScanCustom(long end)
    {
        var (key, value) = TensorScanner.ReadEntry(reader, end, TextLimit);
        _facts.Custom[key] = value;
    }
}
