namespace Fairlead.Testing.Models;

/// <summary>Complete small models, so that tests need no file.</summary>
public static class TinyModels
{
    /// <summary><c>y = 2x</c>: <c>x</c> FP32[batch,2] → <c>y</c> FP32[batch,2].</summary>
    public static byte[] Double() => new OnnxBuilder()
        .Node("Add", ["x", "x"], ["y"])
        .Input("x", OnnxBuilder.Float, "batch", 2)
        .Output("y", OnnxBuilder.Float, "batch", 2)
        .Custom("team", "harbour")
        .Build();

    /// <summary><c>y = x + w</c> with <c>w</c> FP32[2] in a file beside the model.</summary>
    public static byte[] WithExternalData(string location) => new OnnxBuilder()
        .Node("Add", ["x", "w"], ["y"])
        .Initializer(OnnxBuilder.External("w", [2], location))
        .Input("x", OnnxBuilder.Float, "batch", 2)
        .Output("y", OnnxBuilder.Float, "batch", 2)
        .Build();

    /// <summary>A classifier's end as scikit-learn exports it: <c>scores</c> FP32[batch,3] → <c>probabilities</c> seq(map(string, float)).</summary>
    public static byte[] ZipMapOfStrings(params string[] classes) => new OnnxBuilder()
        .Opset("", 17).Opset("ai.onnx.ml", 1)
        .Node(OnnxBuilder.NodeOf("ZipMap", "ai.onnx.ml", ["scores"], ["probabilities"], OnnxBuilder.Attribute("classlabels_strings", classes)))
        .Input("scores", OnnxBuilder.Float, "batch", classes.Length)
        .OutputOf("probabilities", OnnxBuilder.SequenceType(OnnxBuilder.MapType(OnnxBuilder.String, OnnxBuilder.TensorType(OnnxBuilder.Float))))
        .Build();

    /// <summary>The same with whole numbers as classes: seq(map(int64, float)).</summary>
    public static byte[] ZipMapOfNumbers(params long[] classes) => new OnnxBuilder()
        .Opset("", 17).Opset("ai.onnx.ml", 1)
        .Node(OnnxBuilder.NodeOf("ZipMap", "ai.onnx.ml", ["scores"], ["probabilities"], OnnxBuilder.Attribute("classlabels_int64s", classes)))
        .Input("scores", OnnxBuilder.Float, "batch", classes.Length)
        .OutputOf("probabilities", OnnxBuilder.SequenceType(OnnxBuilder.MapType(OnnxBuilder.Int64, OnnxBuilder.TensorType(OnnxBuilder.Float))))
        .Build();

    /// <summary>Passes a tensor of any element type through: <c>x</c> [n] → <c>y</c> [n].</summary>
    public static byte[] Identity(int elementType) => new OnnxBuilder()
        .Node("Identity", ["x"], ["y"])
        .Input("x", elementType, "n")
        .Output("y", elementType, "n")
        .Build();

    /// <summary><c>y</c> FP32[1] is the largest of as many zeros as <c>n</c> INT64[1] says: a run that takes as much memory as wanted, outside the managed heap.</summary>
    public static byte[] Hungry() => new OnnxBuilder()
        .Node("ConstantOfShape", ["n"], ["zeros"])
        .Node("ReduceMax", ["zeros"], ["y"])
        .Input("n", OnnxBuilder.Int64, 1)
        .Output("y", OnnxBuilder.Float, 1)
        .Build();

    /// <summary>Adds 1 to <c>x</c> INT64[1] as often as <c>steps</c> INT64[] says: a run as long as wanted.</summary>
    public static byte[] Loop()
    {
        var body = new ProtoBytes()
            .Message(1, OnnxBuilder.NodeOf("Identity", "", ["keep_in"], ["keep"]))
            .Message(1, OnnxBuilder.NodeOf("Add", "", ["v_in", "one"], ["v"]))
            .Text(2, "body")
            .Message(11, Value("i", Int64()))
            .Message(11, Value("keep_in", Bool()))
            .Message(11, Value("v_in", OnnxBuilder.TensorType(OnnxBuilder.Int64, 1)))
            .Message(12, Value("keep", Bool()))
            .Message(12, Value("v", OnnxBuilder.TensorType(OnnxBuilder.Int64, 1)));
        return new OnnxBuilder()
            .Node("Loop", ["steps", "", "x"], ["y"], OnnxBuilder.GraphAttribute("body", body))
            .Initializer(new ProtoBytes().Number(1, 1).Number(2, OnnxBuilder.Int64).Text(8, "one").Bytes(9, [1, 0, 0, 0, 0, 0, 0, 0]))
            .Input("steps", OnnxBuilder.Int64)
            .Input("x", OnnxBuilder.Int64, 1)
            .Output("y", OnnxBuilder.Int64, 1)
            .Build();

        static ProtoBytes Int64() => OnnxBuilder.TensorType(OnnxBuilder.Int64);
        static ProtoBytes Bool() => OnnxBuilder.TensorType(9);
        static ProtoBytes Value(string name, ProtoBytes type) => new ProtoBytes().Text(1, name).Message(2, type);
    }
}
