using System.Buffers;
using Fairlead.ModelServer.Running;
using Fairlead.Onnx;

namespace Fairlead.ModelServer.Protocol;

/// <summary>A request as read: its tensors lie in rented memory until it is disposed.</summary>
internal sealed class InferRequest(int inputs) : IDisposable
{
    private readonly byte[]?[] _rented = new byte[]?[inputs];
    private PooledBuffer? _body;

    public string? Id { get; set; }

    /// <summary>The most bytes that one tensor may be in memory.</summary>
    public long MaxTensor { get; init; } = long.MaxValue;

    /// <summary>One per input of the model, in the model's order; null where the request has not given it yet.</summary>
    public NamedTensor?[] Inputs { get; } = new NamedTensor?[inputs];

    /// <summary>Null for all.</summary>
    public IReadOnlyList<string>? Outputs { get; set; }

    /// <summary>One per requested output: whether it is wanted as bytes; null where the request does not say.</summary>
    public IReadOnlyList<bool?>? OutputForms { get; set; }

    /// <summary>Whether outputs that the request says nothing of are wanted as bytes.</summary>
    public bool BinaryByDefault { get; set; }

    /// <summary>Length of the JSON that an answer with bytes begins with; null for an answer that is JSON alone.</summary>
    public int? AnswerHeader { get; set; }

    /// <summary>Where the run is written down; null when nobody asks.</summary>
    public RunRecord? Record { get; set; }

    public bool WantsBinary(int output) => OutputForms?[output] ?? BinaryByDefault;

    /// <summary>Keeps a body that tensors lie in until this is disposed.</summary>
    public void Own(PooledBuffer body) => _body = body;

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

        _body?.Dispose();
        _body = null;
    }
}
