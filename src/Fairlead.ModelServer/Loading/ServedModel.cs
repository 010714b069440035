using System.Text.Json;
using Fairlead.Core.Models;
using Fairlead.ModelServer.Batching;
using Fairlead.ModelServer.Drift;
using Fairlead.ModelServer.Metrics;
using Fairlead.ModelServer.Protocol;
using Fairlead.Onnx;

namespace Fairlead.ModelServer.Loading;

/// <summary>A model that has loaded and given its golden answers.</summary>
internal sealed class ServedModel(ModelDescriptor descriptor, OnnxModel onnx, ModelSignature signature, PredictionCounters predictions) : IDisposable
{
    private volatile BatchPlan? _batching;

    public string Name { get; } = descriptor.Name;

    public string Version { get; } = descriptor.Version;

    public JsonEncodedText EncodedName { get; } = JsonEncodedText.Encode(descriptor.Name);

    public JsonEncodedText EncodedVersion { get; } = JsonEncodedText.Encode(descriptor.Version);

    public ModelSignature Signature { get; } = signature;

    /// <inheritdoc cref="OnnxModel.HasLoops"/>
    public bool HasLoops { get; } = onnx.HasLoops;

    /// <summary>Null until the reference is read, and for good without one.</summary>
    public DriftMonitor? Drift { get => Volatile.Read(ref field); set => Volatile.Write(ref field, value); }

    /// <summary>The body of <c>/v2/models/{name}</c>.</summary>
    public ReadOnlyMemory<byte> Metadata { get; } = ModelMetadata.Write(descriptor, signature, predictions.Labels);

    /// <summary>How requests are run together; null when each is run by itself.</summary>
    public BatchPlan? Batching
    {
        get => _batching;
        init => _batching = value;
    }

    /// <summary>For good: the model has shown that it does not keep rows apart.</summary>
    public void StopBatching() => _batching = null;

    public OnnxOutputs Run(IReadOnlyList<NamedTensor> inputs, IReadOnlyList<string>? outputs, CancellationToken cancellationToken) =>
        onnx.Evaluate(inputs, outputs, cancellationToken);

    /// <summary>Counts what an answered request was given and got. <paramref name="inputs"/> are in the model's order.</summary>
    public void Observe(IReadOnlyList<NamedTensor?> inputs, OnnxOutputs outputs)
    {
        predictions.Count(outputs);
        Drift?.Observe(inputs, outputs);
    }

    public void Dispose() => onnx.Dispose();
}
