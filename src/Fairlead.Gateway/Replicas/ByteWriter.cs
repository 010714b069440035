using System.Buffers;
using System.Globalization;
using System.Text;

namespace Fairlead.Gateway.Replicas;

/// <summary>Rented memory that grows with what is written; holds none while it is empty.</summary>
internal struct ByteWriter
{
    private const int First = 4096;

    private byte[]? _bytes;

    public int Length { get; private set; }

    public readonly ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, Length);

    /// <summary>How much fits in without more memory.</summary>
    public readonly int Room => (_bytes?.Length ?? First) - Length;

    public void Add(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Reserve(bytes.Length));
        Length += bytes.Length;
    }

    /// <param name="text">Each character stands for one byte.</param>
    public void Add(string text) => Length += Encoding.Latin1.GetBytes(text, Reserve(text.Length));

    /// <param name="format">As of <see cref="long.ToString(string)"/>.</param>
    public void Add(long number, ReadOnlySpan<char> format = default)
    {
        number.TryFormat(Reserve(20), out var written, format, CultureInfo.InvariantCulture);
        Length += written;
    }

    /// <summary>Forgets what was written and keeps the memory.</summary>
    public void Clear() => Length = 0;

    public void Release()
    {
        if (_bytes is not null) ArrayPool<byte>.Shared.Return(_bytes);
        (_bytes, Length) = (null, 0);
    }

    private Span<byte> Reserve(int more)
    {
        _bytes ??= ArrayPool<byte>.Shared.Rent(Math.Max(First, more));
        if (_bytes.Length - Length < more)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_bytes.Length * 2, Length + more));
            _bytes.AsSpan(0, Length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = larger;
        }

        return _bytes.AsSpan(Length);
    }
}
