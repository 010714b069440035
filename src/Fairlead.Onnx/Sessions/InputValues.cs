using System.Buffers;
using System.Runtime.InteropServices;
using Fairlead.Onnx.Native;

namespace Fairlead.Onnx.Sessions;

/// <summary>Native values over the caller's tensors, for one run: memory of numbers is pinned and used where it is, strings are copied.</summary>
internal sealed unsafe class InputValues : IDisposable
{
    // An address for what has no elements: ONNX Runtime wants one. Never read or written through.
    private static readonly nint Nowhere = (nint)NativeMemory.AlignedAlloc(64, 64);

    private readonly OrtLibrary _library;
    private readonly MemoryHandle[] _pins;
    private readonly nint[] _values;

    public InputValues(OrtLibrary library, IReadOnlyList<NamedTensor> tensors)
    {
        (_library, _pins, _values) = (library, new MemoryHandle[tensors.Count], new nint[tensors.Count]);
        try
        {
            for (var i = 0; i < tensors.Count; i++) Bind(i, tensors[i].Tensor);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public ReadOnlySpan<nint> Values => _values;

    public void Dispose()
    {
        foreach (var value in _values)
        {
            if (value != 0) _library.Api.ReleaseValue(value);
        }

        foreach (var pin in _pins) pin.Dispose();
    }

    private void Bind(int index, Tensor tensor)
    {
        if (tensor.Type == TensorType.String)
        {
            BindStrings(index, tensor);
            return;
        }

        _pins[index] = tensor.Bytes.Pin();
        var data = tensor.Bytes.IsEmpty ? (void*)Nowhere : _pins[index].Pointer;
        fixed (long* shape = tensor.Dimensions)
        {
            _library.Api.Check(_library.Api.CreateTensorOver(
                _library.CpuMemory, data, (nuint)tensor.Bytes.Length, shape, (nuint)tensor.Shape.Count, ElementTypes.CodeOf(tensor.Type), out _values[index]));
        }
    }

    private void BindStrings(int index, Tensor tensor)
    {
        var api = _library.Api;
        fixed (long* shape = tensor.Dimensions)
        {
            api.Check(api.CreateTensor(_library.Allocator, shape, (nuint)tensor.Shape.Count, ElementTypes.CodeOf(TensorType.String), out _values[index]));
        }

        for (var i = 0; i < tensor.Strings.Count; i++)
        {
            var text = tensor.Strings[i];
            api.Check(api.ResizeString(_values[index], (nuint)i, (nuint)text.Length, out var target));
            text.CopyTo(new Span<byte>(target, text.Length));
        }
    }
}
