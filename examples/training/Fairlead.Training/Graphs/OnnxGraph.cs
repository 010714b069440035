namespace Fairlead.Training.Graphs;

/// <summary>
/// Builds an ONNX model and writes it. Field numbers are those of <c>onnx.proto</c>; equal calls give equal bytes.
/// </summary>
public sealed class OnnxGraph(string name)
{
    private const long IrVersion = 8;
    private const long Opset = 17;
    private readonly List<GraphValue> _inputs = [];
    private readonly List<GraphValue> _outputs = [];
    private readonly List<Initializer> _initializers = [];
    private readonly List<Action<ProtoWriter>> _nodes = [];

    public string Input(string name, ElementType type, params Dimension[] shape)
    {
        _inputs.Add(new GraphValue(name, type, shape));
        return name;
    }

    /// <summary>Names a node's result as the model's answer.</summary>
    public void Output(string name, ElementType type, params Dimension[] shape) => _outputs.Add(new GraphValue(name, type, shape));

    public string Constant(string name, ReadOnlySpan<float> values, params long[] shape)
    {
        _initializers.Add(Initializer.Of(name, values, shape));
        return name;
    }

    public string Constant(string name, ReadOnlySpan<long> values, params long[] shape)
    {
        _initializers.Add(Initializer.Of(name, values, shape));
        return name;
    }

    /// <summary>Adds an operator; nodes are added in the order in which they run. Returns the name of its result.</summary>
    public string Node(string operation, string result, IReadOnlyList<string> inputs, params NodeAttribute[] attributes)
    {
        // NodeProto: input 1, output 2, name 3, op_type 4, attribute 5
        _nodes.Add(node =>
        {
            foreach (var input in inputs) node.Text(1, input);
            node.Text(2, result);
            node.Text(3, $"{operation}_{result}");
            node.Text(4, operation);
            foreach (var attribute in attributes) node.Message(5, attribute.Write);
        });
        return result;
    }

    /// <param name="description">What the model does, for people.</param>
    public byte[] ToModel(string description)
    {
        // ModelProto: ir_version 1, producer_name 2, graph 7, opset_import 8 { version 2 }, doc_string 6
        var model = new ProtoWriter();
        model.Number(1, IrVersion);
        model.Text(2, "fairlead-training");
        model.Text(6, description);
        model.Message(7, WriteGraph);
        model.Message(8, opset => opset.Number(2, Opset));
        return model.ToArray();
    }

    // GraphProto: node 1, name 2, initializer 5, input 11, output 12
    private void WriteGraph(ProtoWriter graph)
    {
        foreach (var node in _nodes) graph.Message(1, node);
        graph.Text(2, name);
        foreach (var initializer in _initializers) graph.Message(5, initializer.Write);
        foreach (var input in _inputs) graph.Message(11, input.Write);
        foreach (var output in _outputs) graph.Message(12, output.Write);
    }
}
