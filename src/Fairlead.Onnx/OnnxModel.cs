namespace Fairlead.Onnx;

/// <summary>A loaded model. <see cref="Run"/> and <see cref="Evaluate"/> may be called by many threads at once; dispose it when none does.</summary>
public sealed class OnnxModel : IDisposable
{
    public IReadOnlyList<TensorInfo> Inputs => throw new NotSupportedException();

    public IReadOnlyList<TensorInfo> Outputs => throw new NotSupportedException();

    public OnnxMetadata Metadata => throw new NotSupportedException();

    /// <exception cref="OnnxException">The file is no model that ONNX Runtime can load.</exception>
    public static OnnxModel Load(string path, OnnxOptions options) => throw new NotSupportedException();

    /// <summary>Runs the model and copies the outputs.</summary>
    /// <param name="outputs">Names of the outputs to compute, in this order; null for all.</param>
    /// <exception cref="OnnxException">An input does not fit, or the model failed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; the run is stopped between two operators.</exception>
    public IReadOnlyList<NamedTensor> Run(IReadOnlyList<NamedTensor> inputs, IReadOnlyList<string>? outputs, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    /// <summary>Runs the model and leaves the outputs in ONNX Runtime's memory.</summary>
    public OnnxOutputs Evaluate(IReadOnlyList<NamedTensor> inputs, IReadOnlyList<string>? outputs, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public void Dispose()
    {
    }
}
