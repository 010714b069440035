using System.Runtime.InteropServices;

namespace Fairlead.Testing.Models;

/// <summary>Makes small ONNX models for tests (onnx.proto; the numbers are its field numbers). Element types are TensorProto.DataType.</summary>
public sealed class OnnxBuilder
{
    public const int Float = 1;
    public const int Int32 = 6;
    public const int Int64 = 7;
    public const int String = 8;
    public const int BFloat16 = 16;

    private readonly ProtoBytes _graph = new ProtoBytes().Text(2, "graph");
    private readonly ProtoBytes _tail = new();
    private readonly List<(string Domain, int Version)> _opsets = [];

    public int IrVersion { get; init; } = 8;

    public OnnxBuilder Opset(string domain, int version)
    {
        _opsets.Add((domain, version));
        return this;
    }

    public OnnxBuilder Custom(string key, string value)
    {
        _tail.Message(14, new ProtoBytes().Text(1, key).Text(2, value));
        return this;
    }

    public OnnxBuilder Function(ProtoBytes function)
    {
        _tail.Message(25, function);
        return this;
    }

    public OnnxBuilder Node(ProtoBytes node)
    {
        _graph.Message(1, node);
        return this;
    }

    public OnnxBuilder Node(string type, string[] inputs, string[] outputs, params ProtoBytes[] attributes) => Node(NodeOf(type, "", inputs, outputs, attributes));

    /// <param name="shape">A number, a name, or null for a size that is free.</param>
    public OnnxBuilder Input(string name, int type, params object?[] shape)
    {
        _graph.Message(11, ValueInfo(name, TensorType(type, shape)));
        return this;
    }

    /// <inheritdoc cref="Input"/>
    public OnnxBuilder Output(string name, int type, params object?[] shape)
    {
        _graph.Message(12, ValueInfo(name, TensorType(type, shape)));
        return this;
    }

    /// <param name="type">A TypeProto.</param>
    public OnnxBuilder OutputOf(string name, ProtoBytes type)
    {
        _graph.Message(12, ValueInfo(name, type));
        return this;
    }

    /// <summary>Says of which type a value inside the graph is, as a TypeProto.</summary>
    public OnnxBuilder Type(string name, ProtoBytes type)
    {
        _graph.Message(13, ValueInfo(name, type));
        return this;
    }

    public OnnxBuilder Initializer(ProtoBytes tensor)
    {
        _graph.Message(5, tensor);
        return this;
    }

    public byte[] Build()
    {
        var model = new ProtoBytes().Number(1, IrVersion).Text(2, "tests").Text(3, "1.2").Message(7, _graph);
        foreach (var (domain, version) in _opsets.Count > 0 ? _opsets : [("", 17)]) model.Message(8, new ProtoBytes().Text(1, domain).Number(2, version));
        return [.. model.ToArray(), .. _tail.ToArray()];
    }

    public static ProtoBytes NodeOf(string type, string domain, string[] inputs, string[] outputs, params ProtoBytes[] attributes)
    {
        var node = new ProtoBytes();
        foreach (var input in inputs) node.Text(1, input);
        foreach (var output in outputs) node.Text(2, output);
        node.Text(4, type);
        foreach (var attribute in attributes) node.Message(5, attribute);
        return domain.Length == 0 ? node : node.Text(7, domain);
    }

    public static ProtoBytes Floats(string name, long[] shape, params float[] values) =>
        Dimensions(shape).Number(2, Float).Text(8, name).Bytes(9, MemoryMarshal.AsBytes<float>(values));

    public static ProtoBytes External(string name, long[] shape, string location) =>
        Dimensions(shape).Number(2, Float).Text(8, name).Message(13, new ProtoBytes().Text(1, "location").Text(2, location)).Number(14, 1);

    public static ProtoBytes TensorType(int type, params object?[] shape)
    {
        var dimensions = new ProtoBytes();
        foreach (var size in shape)
        {
            dimensions.Message(1, size switch
            {
                null => new ProtoBytes(),
                string name => new ProtoBytes().Text(2, name),
                _ => new ProtoBytes().Number(1, Convert.ToInt64(size)),
            });
        }

        return new ProtoBytes().Message(1, new ProtoBytes().Number(1, type).Message(2, dimensions));
    }

    public static ProtoBytes SequenceType(ProtoBytes element) => new ProtoBytes().Message(4, new ProtoBytes().Message(1, element));

    public static ProtoBytes MapType(int key, ProtoBytes value) => new ProtoBytes().Message(5, new ProtoBytes().Number(1, key).Message(2, value));

    /// <summary>AttributeProto.AttributeType: INT.</summary>
    public static ProtoBytes Attribute(string name, long value) => new ProtoBytes().Text(1, name).Number(3, value).Number(20, 2);

    /// <summary>AttributeProto.AttributeType: GRAPH.</summary>
    public static ProtoBytes GraphAttribute(string name, ProtoBytes graph) => new ProtoBytes().Text(1, name).Message(6, graph).Number(20, 5);

    /// <summary>AttributeProto.AttributeType: INTS.</summary>
    public static ProtoBytes Attribute(string name, params long[] values)
    {
        var attribute = new ProtoBytes().Text(1, name);
        foreach (var value in values) attribute.Number(8, value);
        return attribute.Number(20, 7);
    }

    /// <summary>AttributeProto.AttributeType: STRINGS.</summary>
    public static ProtoBytes Attribute(string name, params string[] values)
    {
        var attribute = new ProtoBytes().Text(1, name);
        foreach (var value in values) attribute.Text(9, value);
        return attribute.Number(20, 8);
    }

    private static ProtoBytes ValueInfo(string name, ProtoBytes type) => new ProtoBytes().Text(1, name).Message(2, type);

    private static ProtoBytes Dimensions(long[] shape)
    {
        var tensor = new ProtoBytes();
        foreach (var size in shape) tensor.Number(1, size);
        return tensor;
    }
}
