using Fairlead.Onnx;

namespace Fairlead.ModelServer.Loading;

/// <summary>Inputs for a first run: zeros and empty texts, one wherever the model leaves the size free.</summary>
internal static class WarmUp
{
    public static IReadOnlyList<NamedTensor> Inputs(IReadOnlyList<TensorInfo> inputs) => [.. inputs.Select(i => new NamedTensor(i.Name, Zeros(i)))];

    private static Tensor Zeros(TensorInfo input)
    {
        long[] shape = [.. input.Shape.Select(size => size < 0 ? 1 : size)];
        var elements = shape.Aggregate(1L, (product, size) => checked(product * size));
        return input.Type == TensorType.String
            ? Tensor.OfStrings(shape, [.. Enumerable.Repeat(Array.Empty<byte>(), checked((int)elements))])
            : Tensor.OfBytes(input.Type, shape, new byte[checked(elements * input.Type.ElementSize())]);
    }
}
