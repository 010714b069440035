using System.Buffers;
using Fairlead.Onnx;

namespace Fairlead.ModelServer.Protocol;

/// <summary>A request as read: its tensors lie in rented memory until it is disposed.</summary>
internal sealed class InferRequest(int inputs) : IDisposable
{
    private readonly byte[]?[] _rented = new byte[]?[inputs];

    public string? Id { get; set; }

    /// <summary>One per input of the model, in the model's order; null where the request has not given it yet.</summary>
    public NamedTensor?[] Inputs { get; } = new NamedTensor?[inputs];

    /// <summary>Null for all.</summary>
    public IReadOnlyList<string>? Outputs { get; set; }

    public Memory<byte> Rent(int input, int bytes)
    {
        var rented = ArrayPool<byte>.Shared.Rent(bytes);
        _rented[input] = rented;
        return rented.AsMemory(0, bytes);
    }

    public void Dispose()
    {
        foreach (ref var rented in _rented.AsSpan())
        {
            if (rented is not null) ArrayPool<byte>.Shared.Return(rented);
            rented = null;
        }
    }
}
