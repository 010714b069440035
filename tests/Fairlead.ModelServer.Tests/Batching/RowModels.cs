using Fairlead.Testing.Models;

namespace Fairlead.ModelServer.Tests.Batching;

/// <summary>Models whose first sizes are free.</summary>
internal static class RowModels
{
    /// <summary>
    /// <c>y = [10,20,30][k]</c> and <c>z = x</c>, all INT64[batch], after as many steps as the largest <c>x</c> says: runs as
    /// long as wanted, and a <c>k</c> above 2 fails the whole run.
    /// </summary>
    public static byte[] LookUp()
    {
        var body = new ProtoBytes()
            .Message(1, OnnxBuilder.NodeOf("Identity", "", ["keep_in"], ["keep"]))
            .Message(1, OnnxBuilder.NodeOf("Identity", "", ["v_in"], ["v"]))
            .Text(2, "body")
            .Message(11, Value("i", OnnxBuilder.TensorType(OnnxBuilder.Int64)))
            .Message(11, Value("keep_in", OnnxBuilder.TensorType(9)))
            .Message(11, Value("v_in", OnnxBuilder.TensorType(OnnxBuilder.Int64, "batch")))
            .Message(12, Value("keep", OnnxBuilder.TensorType(9)))
            .Message(12, Value("v", OnnxBuilder.TensorType(OnnxBuilder.Int64, "batch")));
        return new OnnxBuilder()
            .Node("Gather", ["table", "k"], ["y"])
            .Node("ReduceMax", ["x"], ["steps"], OnnxBuilder.Attribute("keepdims", 0))
            .Node("Loop", ["steps", "", "x"], ["z"], OnnxBuilder.GraphAttribute("body", body))
            .Initializer(Longs("table", 10, 20, 30))
            .Input("x", OnnxBuilder.Int64, "batch")
            .Input("k", OnnxBuilder.Int64, "batch")
            .Output("y", OnnxBuilder.Int64, "batch")
            .Output("z", OnnxBuilder.Int64, "batch")
            .Build();
    }

    /// <summary>The share of each row in the sum of all: rows must not be mixed with another request's.</summary>
    public static byte[] Softmax() => new OnnxBuilder()
        .Node("Softmax", ["x"], ["y"], OnnxBuilder.Attribute("axis", 0))
        .Input("x", OnnxBuilder.Float, "n", 2)
        .Output("y", OnnxBuilder.Float, "n", 2)
        .Build();

    public static string Request(long x, long k) => Request([x], [k]);

    public static string Request(long[] x, long[] k) =>
        $$"""{"inputs":[{"name":"x","datatype":"INT64","shape":[{{x.Length}}],"data":[{{string.Join(',', x)}}]},{"name":"k","datatype":"INT64","shape":[{{k.Length}}],"data":[{{string.Join(',', k)}}]}]}""";

    private static ProtoBytes Longs(string name, params long[] values) =>
        new ProtoBytes().Number(1, values.Length).Number(2, OnnxBuilder.Int64).Text(8, name).Bytes(9, System.Runtime.InteropServices.MemoryMarshal.AsBytes<long>(values));

    private static ProtoBytes Value(string name, ProtoBytes type) => new ProtoBytes().Text(1, name).Message(2, type);
}
