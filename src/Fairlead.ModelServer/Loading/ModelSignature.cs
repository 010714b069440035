using System.Text;
using Fairlead.Onnx;

namespace Fairlead.ModelServer.Loading;

/// <summary>The model's inputs and outputs in the form that requests are checked against.</summary>
internal sealed class ModelSignature(IReadOnlyList<TensorInfo> inputs, IReadOnlyList<TensorInfo> outputs)
{
    private readonly byte[][] _inputNames = [.. inputs.Select(i => Encoding.UTF8.GetBytes(i.Name))];
    private readonly byte[][] _outputNames = [.. outputs.Select(o => Encoding.UTF8.GetBytes(o.Name))];

    public IReadOnlyList<TensorInfo> Inputs { get; } = inputs;

    public IReadOnlyList<TensorInfo> Outputs { get; } = outputs;

    /// <summary>The most bytes that one tensor of a request may be in memory.</summary>
    public long MaxTensor { get; init; } = long.MaxValue;

    public ReadOnlySpan<byte[]> InputNames => _inputNames;

    public ReadOnlySpan<byte[]> OutputNames => _outputNames;
}
