using System.Buffers;

namespace Fairlead.ModelServer.Running;

/// <summary>A growing buffer in rented memory.</summary>
internal sealed class PooledBuffer : IBufferWriter<byte>, IDisposable
{
    private byte[] _rented = [];

    public int Length { get; private set; }

    public ReadOnlyMemory<byte> Written => _rented.AsMemory(0, Length);

    /// <summary>Written bytes, for one who may keep them changeable: ONNX Runtime reads tensors where they lie.</summary>
    public Memory<byte> Slice(int start, int length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Length - start);
        return _rented.AsMemory(start, length);
    }

    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _rented.Length - Length);
        Length += count;
    }

    /// <summary>Begins anew in the same memory.</summary>
    public void Clear() => Length = 0;

    /// <summary>Room for so many bytes in all, without growing step by step.</summary>
    public void Reserve(int length) => Grow(length - Length);

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Grow(Math.Max(sizeHint, 1));
        return _rented.AsMemory(Length);
    }

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public void Dispose()
    {
        if (_rented.Length > 0) ArrayPool<byte>.Shared.Return(_rented);
        (_rented, Length) = ([], 0);
    }

    private void Grow(int free)
    {
        if (_rented.Length - Length >= free) return;
        var larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(Array.MaxLength, Math.Max(Length + (long)free, Math.Max(4096, _rented.Length * 2L))));
        _rented.AsSpan(0, Length).CopyTo(larger);
        if (_rented.Length > 0) ArrayPool<byte>.Shared.Return(_rented);
        _rented = larger;
    }
}
