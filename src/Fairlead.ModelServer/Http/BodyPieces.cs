using System.Buffers;
using Fairlead.ModelServer.Running;

namespace Fairlead.ModelServer.Http;

/// <summary>
/// Holds what goes beyond the first piece of a body until its end is known. A buffer that doubles would take, and leave in
/// the pool, several times the body; pieces take the body once, and a body that is refused in the end is never laid together.
/// </summary>
internal sealed class BodyPieces : IDisposable
{
    /// <summary>A body up to this goes straight into one buffer.</summary>
    public const int Size = 1 << 20;

    private readonly List<byte[]> _full = [];
    private byte[] _last = [];
    private int _used;

    public int Length { get; private set; }

    public Memory<byte> GetMemory()
    {
        if (_used == _last.Length)
        {
            if (_used > 0) _full.Add(_last);
            (_last, _used) = (ArrayPool<byte>.Shared.Rent(Size), 0);
        }

        return _last.AsMemory(_used);
    }

    public void Advance(int count)
    {
        _used += count;
        Length += count;
    }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var room = GetMemory().Span;
            var count = Math.Min(room.Length, bytes.Length);
            bytes[..count].CopyTo(room);
            Advance(count);
            bytes = bytes[count..];
        }
    }

    public void AppendTo(PooledBuffer target)
    {
        target.GetSpan(Length);
        foreach (var piece in _full) target.Write(piece);
        target.Write(_last.AsSpan(0, _used));
    }

    public void Dispose()
    {
        foreach (var piece in _full) ArrayPool<byte>.Shared.Return(piece);
        if (_last.Length > 0) ArrayPool<byte>.Shared.Return(_last);
        _full.Clear();
        (_last, _used, Length) = ([], 0, 0);
    }
}
