using Fairlead.Onnx.Native;
using Fairlead.Onnx.Sessions;

namespace Fairlead.Onnx;

/// <summary>The outputs of one run, in ONNX Runtime's memory; spans into it are valid until this is disposed. Not thread-safe.</summary>
public sealed class OnnxOutputs : IDisposable
{
    private readonly OrtApi _api;
    private readonly nint[] _values;
    private readonly OnnxOutput[] _outputs;
    private bool _disposed;

    /// <summary>Owns the values from here on, also when it throws.</summary>
    internal OnnxOutputs(OrtLibrary library, Port[] ports, nint[] values)
    {
        (_api, _values, _outputs) = (library.Api, values, new OnnxOutput[values.Length]);
        try
        {
            for (var i = 0; i < values.Length; i++) _outputs[i] = OnnxOutput.Read(this, library, ports[i], values[i]);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public int Count => _outputs.Length;

    public OnnxOutput this[int index] => _outputs[index];

    public unsafe void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        foreach (var value in _values)
        {
            if (value != 0) _api.ReleaseValue(value);
        }
    }

    internal void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(_disposed, this);
}
