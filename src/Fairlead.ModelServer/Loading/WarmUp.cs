using Fairlead.Onnx;

namespace Fairlead.ModelServer.Loading;

/// <summary>Inputs for first runs: zeros and empty texts, one wherever the model leaves a size free.</summary>
internal static class WarmUp
{
    public static IReadOnlyList<NamedTensor> Inputs(IReadOnlyList<TensorInfo> inputs, int rows) => [.. inputs.Select(i => new NamedTensor(i.Name, Zeros(i, rows)))];

    /// <param name="rows">The first size where the model leaves it free.</param>
    public static Tensor Zeros(TensorInfo input, int rows)
    {
        long[] shape = [.. input.Shape.Select((size, i) => size >= 0 ? size : i == 0 ? rows : 1)];
        var elements = shape.Aggregate(1L, (product, size) => checked(product * size));
        return input.Type == TensorType.String
            ? Tensor.OfStrings(shape, [.. Enumerable.Repeat(Array.Empty<byte>(), checked((int)elements))])
            : Tensor.OfBytes(input.Type, shape, new byte[checked(elements * input.Type.ElementSize())]);
    }
}
