namespace Fairlead.Onnx;

/// <summary>The outputs of one run, in ONNX Runtime's memory; spans into it are valid until this is disposed.</summary>
public sealed class OnnxOutputs : IDisposable
{
    public int Count => throw new NotSupportedException();

    public OnnxOutput this[int index] => throw new NotSupportedException();

    public void Dispose()
    {
    }
}

public sealed class OnnxOutput
{
    public string Name => throw new NotSupportedException();

    public TensorType Type => throw new NotSupportedException();

    public IReadOnlyList<long> Shape => throw new NotSupportedException();

    /// <summary>The elements' bytes; empty for <see cref="TensorType.String"/>.</summary>
    public ReadOnlySpan<byte> Bytes => throw new NotSupportedException();

    /// <summary>A copy that outlives the outputs.</summary>
    public Tensor ToTensor() => throw new NotSupportedException();
}
