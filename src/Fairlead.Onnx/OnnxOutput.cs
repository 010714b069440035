using Fairlead.Onnx.Native;
using Fairlead.Onnx.Sessions;

namespace Fairlead.Onnx;

/// <summary>One output of a run.</summary>
public sealed unsafe class OnnxOutput
{
    private readonly OnnxOutputs _owner;
    private readonly long[] _shape;
    private readonly byte* _data;
    private readonly int _length;

    // Strings and maps have no contiguous native form: they are copied when the run ends.
    private readonly Tensor? _copy;

    private OnnxOutput(OnnxOutputs owner, string name, Tensor copy) =>
        (_owner, Name, Type, _shape, _copy) = (owner, name, copy.Type, copy.Dimensions.ToArray(), copy);

    private OnnxOutput(OnnxOutputs owner, string name, TensorType type, long[] shape, byte* data, int length)
    {
        (_owner, Name, Type, _shape, _length) = (owner, name, type, shape, length);
        _data = data;
    }

    public string Name { get; }

    public TensorType Type { get; }

    public IReadOnlyList<long> Shape => _shape;

    /// <summary>The elements' bytes, valid until the outputs are disposed; empty for <see cref="TensorType.String"/>.</summary>
    public ReadOnlySpan<byte> Bytes
    {
        get
        {
            _owner.ThrowIfDisposed();
            return _copy is null ? new ReadOnlySpan<byte>(_data, _length) : _copy.Bytes.Span;
        }
    }

    /// <summary>A tensor that outlives the outputs.</summary>
    public Tensor ToTensor() => _copy ?? Tensor.OfBytes(Type, _shape, Bytes.ToArray());

    /// <summary>A view of some rows, for another owner that keeps the memory alive.</summary>
    internal OnnxOutput Rows(OnnxOutputs owner, int first, int count)
    {
        long[] shape = [count, .. _shape.AsSpan(1)];
        var rows = (int)_shape[0];
        if (_copy is null)
        {
            var row = _length / rows;
            return new OnnxOutput(owner, Name, Type, shape, _data + ((long)first * row), count * row);
        }

        if (Type == TensorType.String)
        {
            var row = _copy.Strings.Count / rows;
            return new OnnxOutput(owner, Name, Tensor.OfStrings(shape, [.. _copy.Strings.Skip(first * row).Take(count * row)]));
        }

        var bytes = _copy.Bytes.Length / rows;
        return new OnnxOutput(owner, Name, Tensor.OfBytes(Type, shape, _copy.Bytes.Slice(first * bytes, count * bytes)));
    }

    internal static OnnxOutput Read(OnnxOutputs owner, OrtLibrary library, Port port, nint value)
    {
        if (port.Kind != PortKind.Tensor) return new OnnxOutput(owner, port.Info.Name, new MapOutput(library, port.Info).Read(value, port.Kind));
        var (type, shape) = OutputReader.TypeOf(library.Api, value);
        if (port.Info.Classes is { } classes) shape = ByClass(port.Info.Name, shape, classes.Count);
        var elements = 1L;
        foreach (var size in shape) elements = checked(elements * size);
        if (type == TensorType.String)
        {
            return new OnnxOutput(owner, port.Info.Name, Tensor.OfStrings(shape, OutputReader.StringsOf(library.Api, value, checked((int)elements))));
        }

        var length = checked(elements * type.ElementSize());
        if (length > Array.MaxLength) throw OnnxFailures.OutputChanged(port.Info.Name, $"its {length} bytes are more than one answer can hold.");
        return new OnnxOutput(owner, port.Info.Name, type, shape, (byte*)OutputReader.DataOf(library.Api, value), (int)length);
    }

    // ZipMap took one row without its first size too, and refused what has another number of columns.
    private static long[] ByClass(string name, long[] shape, int classes) => shape switch
    {
        [_, var columns] when columns == classes => shape,
        [var columns] when columns == classes => [1, columns],
        _ => throw OnnxFailures.InvalidInput("The inputs do not fit the model.", $"The output '{name}' has the shape [{string.Join(',', shape)}] where rows of {classes} classes were expected."),
    };
}
