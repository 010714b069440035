using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Fairlead.Onnx;

/// <summary>A tensor in managed memory: contiguous, row by row, little-endian. It does not own the memory that it was made of.</summary>
public sealed class Tensor
{
    private readonly long[] _shape;

    private Tensor(TensorType type, long[] shape, Memory<byte> bytes, IReadOnlyList<byte[]> strings) =>
        (Type, _shape, Bytes, Strings) = (type, shape, bytes, strings);

    public TensorType Type { get; }

    public IReadOnlyList<long> Shape => _shape;

    /// <summary>The elements' bytes; empty for <see cref="TensorType.String"/>.</summary>
    public Memory<byte> Bytes { get; }

    /// <summary>UTF-8 or opaque bytes per element of a <see cref="TensorType.String"/>; empty for other types.</summary>
    public IReadOnlyList<byte[]> Strings { get; }

    internal ReadOnlySpan<long> Dimensions => _shape;

    /// <exception cref="ArgumentException">The shape is negative, overflows or does not fit the bytes.</exception>
    public static Tensor OfBytes(TensorType type, long[] shape, Memory<byte> bytes)
    {
        if (type == TensorType.String) throw new ArgumentException("Strings are made with OfStrings.", nameof(type));
        var elements = ElementsOf(shape);
        if (elements > Array.MaxLength || elements * type.ElementSize() != bytes.Length)
        {
            throw new ArgumentException($"The shape [{string.Join(',', shape)}] of {type} does not fit {bytes.Length} bytes.", nameof(bytes));
        }

        return new Tensor(type, shape, bytes, []);
    }

    /// <exception cref="ArgumentException">The shape is negative, overflows or does not fit the strings.</exception>
    public static Tensor OfStrings(long[] shape, IReadOnlyList<byte[]> strings)
    {
        if (ElementsOf(shape) != strings.Count)
        {
            throw new ArgumentException($"The shape [{string.Join(',', shape)}] does not fit {strings.Count} strings.", nameof(strings));
        }

        return new Tensor(TensorType.String, shape, default, strings);
    }

    /// <exception cref="ArgumentException">The elements of the tensor are of another size than <typeparamref name="T"/>.</exception>
    public Span<T> AsSpan<T>()
        where T : unmanaged
    {
        if (Unsafe.SizeOf<T>() != Type.ElementSize()) throw new ArgumentException($"The elements are {Type}, not {typeof(T).Name}.");

        return MemoryMarshal.Cast<byte, T>(Bytes.Span);
    }

    private static long ElementsOf(long[] shape)
    {
        var elements = 1L;
        foreach (var size in shape)
        {
            if (size < 0) throw new ArgumentException($"The size {size} in the shape [{string.Join(',', shape)}] is negative.", nameof(shape));
            if (size > 0 && elements > long.MaxValue / 16 / size) throw new ArgumentException($"The shape [{string.Join(',', shape)}] overflows.", nameof(shape));
            elements *= size;
        }

        return elements;
    }
}

public sealed record NamedTensor(string Name, Tensor Tensor);
