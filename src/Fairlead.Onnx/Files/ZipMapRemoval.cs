namespace Fairlead.Onnx.Files;

/// <summary>
/// Takes ZipMap (ai.onnx.ml), the node that ends scikit-learn's classifiers, out of a model: it makes a map per row of a tensor
/// [rows, classes], and that tensor is what is wanted. An Identity stands in its place, so that every name stays. A ZipMap whose
/// maps are used inside the model, or whose classes are not known, stays.
/// </summary>
internal static class ZipMapRemoval
{
    /// <summary>A larger file is left to ONNX Runtime to read, so that loading does not take its size twice.</summary>
    public const long MostBytes = 64 * 1024 * 1024;

    /// <param name="facts">What <see cref="ModelFile.Inspect"/> found in the file.</param>
    /// <returns>Null when nothing is to be taken out, or the file has changed meanwhile: it is loaded as it is.</returns>
    public static RewrittenModel? Apply(string path, ModelFacts facts)
    {
        // A model from memory has no folder that external data could be in.
        if (facts.Classes.Count == 0 || facts.ExternalFiles.Count > 0 || !facts.Opsets.ContainsKey("ai.onnx")) return null;
        try
        {
            using var file = File.OpenHandle(path);
            var length = RandomAccess.GetLength(file);
            if (length > MostBytes) return null;
            var reader = new ProtoReader(file, length);
            if (GraphOutline.Read(reader) is not { } graph) return null;
            var edits = new FileEdits(file, length);
            var classes = Remove(graph, reader, edits);
            return classes.Count == 0 ? null : new RewrittenModel(edits, (int)(length + edits.Growth), classes);
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static Dictionary<string, IReadOnlyList<string>> Remove(GraphOutline graph, ProtoReader reader, FileEdits edits)
    {
        var removed = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        foreach (var (field, node) in graph.ZipMaps)
        {
            if (OutputOf(graph, node) is not { } output || ClassesOf(reader, node) is not { } classes) continue;
            if (!removed.TryAdd(output.Name, classes)) continue;
            edits.Replace(field, Identity(edits, node));
            edits.Replace(output.Field, Tensor(edits, output, classes.Count));

            // They would contradict what the graph now gives.
            foreach (var value in graph.Values.Where(v => v.Name == output.Name)) edits.Replace(value.Field, []);
        }

        // The graph stands after its own length, so that goes last: it is known only now.
        if (removed.Count > 0) edits.Replace(graph.Head, new ProtoWriter().Head(7, graph.Body.Length + edits.Growth).ToArray());
        return removed;
    }

    /// <summary>The graph's output that the node makes and nothing else reads.</summary>
    private static ValueOutline? OutputOf(GraphOutline graph, NodeOutline node)
    {
        if (node is not { Inputs: [{ Length: > 0 }], Outputs: [{ Length: > 0 } name], Attributes: 1 } || graph.Used.Contains(name)) return null;
        return graph.Outputs.Where(o => o.Name == name).ToArray() is [var output] ? output : null;
    }

    // Read from the node itself: a function's ZipMap can have an output of the same name.
    private static IReadOnlyList<string>? ClassesOf(ProtoReader reader, NodeOutline node)
    {
        var facts = new ModelFacts();
        reader.Position = node.Body.Start;
        new NodeScanner(reader, facts, 0).Scan(node.Body.End);
        var classes = facts.Classes.GetValueOrDefault(node.Outputs[0]);
        return classes?.Distinct(StringComparer.Ordinal).Count() == classes?.Count ? classes : null;
    }

    // NodeProto: op_type = 4; no domain is the standard one
    private static byte[] Identity(FileEdits edits, NodeOutline node)
    {
        var identity = new ProtoWriter();
        foreach (var name in node.Names) identity.Raw(edits.Read(name));
        return new ProtoWriter().Field(1, identity.Field(4, "Identity"u8).ToArray()).ToArray();
    }

    // ValueInfoProto: type = 2. TypeProto: tensor_type = 1. Tensor: elem_type = 1 (FLOAT = 1), shape = 2. TensorShapeProto: dim = 1. Dimension: dim_value = 1
    private static byte[] Tensor(FileEdits edits, ValueOutline output, int classes)
    {
        var shape = new ProtoWriter().Field(1, []).Field(1, new ProtoWriter().Number(1, classes).ToArray());
        var tensor = new ProtoWriter().Number(1, 1).Field(2, shape.ToArray());
        var type = new ProtoWriter().Field(1, tensor.ToArray());
        return new ProtoWriter().Field(12, new ProtoWriter().Raw(edits.Read(output.NameField)).Field(2, type.ToArray()).ToArray()).ToArray();
    }
}
