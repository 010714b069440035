using Fairlead.Onnx.Native;
using Fairlead.Onnx.Sessions;

namespace Fairlead.Onnx;

/// <summary>The outputs of one run, in ONNX Runtime's memory; spans into it are valid until this is disposed. Not thread-safe.</summary>
public sealed class OnnxOutputs : IDisposable
{
    private readonly OrtApi _api;
    private readonly nint[] _values;
    private readonly OnnxOutput[] _outputs;
    private readonly OnnxOutputs? _whole;
    private int _holders = 1;
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

    /// <summary>Some rows of a whole, which it keeps alive.</summary>
    private OnnxOutputs(OnnxOutputs whole, int first, int rows)
    {
        (_api, _values, _whole) = (whole._api, [], whole);
        _outputs = Array.ConvertAll(whole._outputs, o => o.Rows(this, first, rows));
    }

    public int Count => _outputs.Length;

    public OnnxOutput this[int index] => _outputs[index];

    /// <summary>
    /// Parts of so many rows each, without a copy. Each is disposed by itself, on any thread, and the memory goes back with
    /// the last. Null, and nothing has changed, when an output's first size is not the sum of the rows; else this is used up.
    /// </summary>
    public OnnxOutputs[]? Split(ReadOnlySpan<int> rows)
    {
        ThrowIfDisposed();
        var total = 0L;
        foreach (var count in rows) total += count;
        foreach (var output in _outputs)
        {
            if (output.Shape.Count == 0 || output.Shape[0] != total) return null;
        }

        var parts = new OnnxOutputs[rows.Length];
        var first = 0;
        for (var i = 0; i < parts.Length; i++)
        {
            parts[i] = new OnnxOutputs(this, first, rows[i]);
            first += rows[i];
        }

        // Counted once all are made: a failure above leaves the memory with this one.
        Interlocked.Add(ref _holders, parts.Length);
        Dispose();
        return parts;
    }

    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        (_whole ?? this).Release();
    }

    internal void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(_disposed, this);

    private unsafe void Release()
    {
        if (Interlocked.Decrement(ref _holders) > 0) return;
        foreach (var value in _values)
        {
            if (value != 0) _api.ReleaseValue(value);
        }
    }
}
