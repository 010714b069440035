namespace Fairlead.Onnx.Files;

/// <summary>Finds where a TensorProto keeps its data.</summary>
internal static class TensorScanner
{
    // TensorProto.DataLocation
    private const ulong External = 1;

    // Longer than any path of the system; what is cut off could not be opened anyway.
    private const int PathLimit = 8192;

    // TensorProto: external_data = 13, data_location = 14, in any order
    public static void ScanTensor(ProtoReader reader, ModelFacts facts, long end)
    {
        var (external, location) = (false, (string?)null);
        while (reader.TryReadTag(end, out var field, out var wire))
        {
            if ((field, wire) == (14, ProtoReader.Varint))
            {
                external = reader.ReadVarint(end) == External;
            }
            else if ((field, wire) == (13, ProtoReader.Bytes))
            {
                var (key, value) = ReadEntry(reader, reader.ReadEnd(end), PathLimit);
                if (key != "location") continue;

                // Which of two wins is the reader's choice, so both are held to the rules.
                if (location is not null) facts.ExternalFiles.Add(location);
                location = value;
            }
            else
            {
                reader.Skip(wire, end);
            }
        }

        if (external) facts.ExternalFiles.Add(location ?? "");
    }

    // SparseTensorProto: values = 1, indices = 2
    public static void ScanSparse(ProtoReader reader, ModelFacts facts, long end)
    {
        while (reader.TryReadTag(end, out var field, out var wire))
        {
            if (field is 1 or 2 && wire == ProtoReader.Bytes) ScanTensor(reader, facts, reader.ReadEnd(end));
            else reader.Skip(wire, end);
        }
    }

    // StringStringEntryProto: key = 1, value = 2
    public static (string Key, string Value) ReadEntry(ProtoReader reader, long end, int limit)
    {
        var (key, value) = ("", "");
        while (reader.TryReadTag(end, out var field, out var wire))
        {
            if ((field, wire) == (1, ProtoReader.Bytes)) key = reader.ReadString(end, limit);
            else if ((field, wire) == (2, ProtoReader.Bytes)) value = reader.ReadString(end, limit);
            else reader.Skip(wire, end);
        }

        return (key, value);
    }
}
