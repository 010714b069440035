using Fairlead.ModelServer.Loading;
using Fairlead.Onnx;

namespace Fairlead.ModelServer.Protocol;

/// <summary>
/// A body that is the bytes of the one input and nothing else (binary tensor extension, "Raw Binary Request"): datatype and
/// shape are the model's, one free size follows from the length. A BYTES input is one text, without a length before it.
/// </summary>
internal static class RawRequestReader
{
    /// <exception cref="RequestRefusedException">The model or the body is not of that kind.</exception>
    public static InferRequest Read(Memory<byte> body, ModelSignature model)
    {
        if (model.Inputs.Count != 1) throw new RequestRefusedException($"The model has {model.Inputs.Count} inputs; a body of bytes alone is for models with one. Say in JSON which bytes are which input's.");
        var input = model.Inputs[0];
        var request = new InferRequest(1) { BinaryByDefault = true, MaxTensor = model.MaxTensor };
        try
        {
            if (input.Type == TensorType.String) BindText(request, input, body);
            else BinaryTensors.Bind(request, 0, input, input.Type, ShapeOf(input, body.Length), body);
            return request;
        }
        catch
        {
            request.Dispose();
            throw;
        }
    }

    private static void BindText(InferRequest request, TensorInfo input, Memory<byte> body)
    {
        long[] shape = [.. input.Shape.Select(size => size < 0 ? 1 : size)];
        if (shape.Any(size => size != 1)) throw new RequestRefusedException($"The input '{input.Name}' has the shape [{string.Join(',', input.Shape)}], which is not one text.");
        request.Inputs[0] = new NamedTensor(input.Name, Tensor.OfStrings(shape, [body.ToArray()]));
    }

    private static long[] ShapeOf(TensorInfo input, int bytes)
    {
        long[] shape = [.. input.Shape];
        var free = Array.FindIndex(shape, size => size < 0);
        if (free < 0) return shape;
        if (Array.FindIndex(shape, free + 1, size => size < 0) is var second and > 0)
        {
            throw new RequestRefusedException($"The input '{input.Name}' has the shape [{string.Join(',', input.Shape)}]: the sizes {free} and {second} are both free, so that the body's length does not tell them. Give the shape in JSON.");
        }

        long row = input.Type.ElementSize();
        for (var i = 0; i < shape.Length; i++)
        {
            if (i != free) row = row > bytes ? row : row * shape[i];
        }

        if (row == 0 || bytes % row != 0) throw new RequestRefusedException($"The input '{input.Name}' has the shape [{string.Join(',', input.Shape)}]; {bytes} bytes are no whole number of them.");
        shape[free] = bytes / row;
        return shape;
    }
}
