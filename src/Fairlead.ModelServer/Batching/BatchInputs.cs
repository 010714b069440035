using System.Buffers;
using Fairlead.Onnx;

namespace Fairlead.ModelServer.Batching;

/// <summary>The rows of several requests, one below the other, in rented memory.</summary>
internal sealed class BatchInputs : IDisposable
{
    private readonly List<byte[]> _rented = [];

    private BatchInputs(NamedTensor[] tensors) => Tensors = tensors;

    public NamedTensor[] Tensors { get; }

    /// <param name="requests">Each request's inputs, in the same order and equal but for their rows.</param>
    public static BatchInputs Gather(IReadOnlyList<IReadOnlyList<NamedTensor>> requests)
    {
        var inputs = new BatchInputs(new NamedTensor[requests[0].Count]);
        try
        {
            for (var i = 0; i < inputs.Tensors.Length; i++) inputs.Tensors[i] = new NamedTensor(requests[0][i].Name, inputs.Join(requests, i));
            return inputs;
        }
        catch
        {
            inputs.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        foreach (var rented in _rented) ArrayPool<byte>.Shared.Return(rented);
        _rented.Clear();
    }

    private Tensor Join(IReadOnlyList<IReadOnlyList<NamedTensor>> requests, int input)
    {
        var first = requests[0][input].Tensor;
        long[] shape = [.. first.Shape];
        shape[0] = requests.Sum(r => r[input].Tensor.Shape[0]);
        if (first.Type == TensorType.String) return Tensor.OfStrings(shape, [.. requests.SelectMany(r => r[input].Tensor.Strings)]);

        var bytes = requests.Sum(r => r[input].Tensor.Bytes.Length);
        var rented = ArrayPool<byte>.Shared.Rent(bytes);
        _rented.Add(rented);
        var at = 0;
        foreach (var request in requests)
        {
            var part = request[input].Tensor.Bytes;
            part.CopyTo(rented.AsMemory(at));
            at += part.Length;
        }

        return Tensor.OfBytes(first.Type, shape, rented.AsMemory(0, bytes));
    }
}
