using Fairlead.Training.Graphs;
using Fairlead.Training.Networks;
using Fairlead.Training.Numerics;

namespace Digits.Train;

/// <summary>The network as ONNX. ONNX has the channel first where the trainer has it last, so the weights change places.</summary>
internal static class DigitGraph
{
    internal static byte[] Write(DigitModel model)
    {
        var graph = new OnnxGraph("digits");
        var pixels = graph.Input("pixels", ElementType.Float32, "batch", DigitData.Pixels);
        var picture = graph.Node("Reshape", "picture", [pixels, graph.Constant("picture_shape", [-1L, 1, DigitData.Side, DigitData.Side], 4)]);
        var first = graph.Node("Relu", "first_rectified", [Convolve(graph, "first", picture, model.First)]);
        var second = graph.Node("Relu", "second_rectified", [Convolve(graph, "second", first, model.Second)]);
        var flat = graph.Node("Flatten", "flat", [second], new NodeAttribute("axis", 1));
        var weights = graph.Constant("last_weights", ChannelFirst(model.Last, model.Second.To), model.Last.Inputs, DigitData.Classes);
        var scores = graph.Node("Gemm", "scores", [flat, weights, graph.Constant("last_bias", Exact.Round(model.Last.Bias.Values), DigitData.Classes)]);
        var probabilities = graph.Node("Softmax", "probabilities", [scores], new NodeAttribute("axis", 1));
        var digit = graph.Node("ArgMax", "digit", [probabilities], new NodeAttribute("axis", 1), new NodeAttribute("keepdims", 0));
        graph.Output(digit, ElementType.Int64, "batch");
        graph.Output(probabilities, ElementType.Float32, "batch", DigitData.Classes);
        return graph.ToModel("The digit in a handwritten 28 x 28 picture: a small convolutional network.");
    }

    private static string Convolve(OnnxGraph graph, string name, string picture, Convolution layer)
    {
        var weights = graph.Constant($"{name}_weights", FilterFirst(layer), layer.To.Channels, layer.From.Channels, layer.Kernel, layer.Kernel);
        var bias = graph.Constant($"{name}_bias", Exact.Round(layer.Bias.Values), layer.To.Channels);
        return graph.Node("Conv", name, [picture, weights, bias], NodeAttribute.List("kernel_shape", layer.Kernel, layer.Kernel), NodeAttribute.List("strides", layer.Stride, layer.Stride));
    }

    /// <summary>[row, column, channel, filter] to [filter, channel, row, column].</summary>
    private static float[] FilterFirst(Convolution layer)
    {
        var (places, channels, filters) = (layer.Kernel * layer.Kernel, layer.From.Channels, layer.To.Channels);
        var moved = new float[places * channels * filters];
        for (var i = 0; i < moved.Length; i++)
        {
            var (place, channel, filter) = (i / filters / channels, i / filters % channels, i % filters);
            moved[(((filter * channels) + channel) * places) + place] = Exact.Round(layer.Weights.Values[i]);
        }

        return moved;
    }

    /// <summary>Inputs in the order [row, column, channel] to [channel, row, column].</summary>
    private static float[] ChannelFirst(Dense layer, Picture picture)
    {
        var places = picture.Side * picture.Side;
        var moved = new float[layer.Inputs * layer.Outputs];
        for (var i = 0; i < moved.Length; i++)
        {
            var (input, output) = (i / layer.Outputs, i % layer.Outputs);
            var (place, channel) = (input / picture.Channels, input % picture.Channels);
            moved[(((channel * places) + place) * layer.Outputs) + output] = Exact.Round(layer.Weights.Values[i]);
        }

        return moved;
    }
}
