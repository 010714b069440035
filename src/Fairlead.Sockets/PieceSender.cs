using System.Buffers;

namespace Fairlead.Sockets;

/// <summary>Sends what lies in several pieces of memory with one call to the system. Not thread-safe.</summary>
internal sealed unsafe class PieceSender
{
    private const int MostPieces = 32;

    // Blocks of the pool stay where they are anyway; what is larger than a block is an array of the shared pool.
    private MemoryHandle[]? _pins;

    /// <inheritdoc cref="Epoll.Receive"/>
    public int Send(int descriptor, in ReadOnlySequence<byte> bytes)
    {
        if (bytes.IsSingleSegment) return Epoll.Send(descriptor, bytes.FirstSpan);
        var pins = _pins ??= new MemoryHandle[MostPieces];
        Span<Epoll.Piece> pieces = stackalloc Epoll.Piece[MostPieces];
        var count = 0;
        try
        {
            foreach (var segment in bytes)
            {
                if (segment.IsEmpty) continue;
                if (count == MostPieces) break;
                pins[count] = segment.Pin();
                pieces[count] = new Epoll.Piece { Start = (byte*)pins[count].Pointer, Length = (nuint)segment.Length };
                count++;
            }

            return Epoll.Send(descriptor, pieces[..count]);
        }
        finally
        {
            foreach (ref var pin in pins.AsSpan(0, count)) pin.Dispose();
        }
    }
}
