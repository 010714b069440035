using System.Buffers;
using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace Fairlead.Sockets;

/// <summary>Memory for what is received and sent, in pinned blocks of a page, so that the system is given addresses and nothing is pinned per call.</summary>
internal sealed class BlockPool : MemoryPool<byte>
{
    private const int Size = 4096;

    // 4 MiB; what a burst took beyond that goes back to the collector.
    private const int MostKept = 1024;

    private readonly ConcurrentQueue<Block> _free = [];

    public override int MaxBufferSize => Size;

    public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minBufferSize, Size);
        return _free.TryDequeue(out var block) ? block : new Block(this);
    }

    protected override void Dispose(bool disposing) => _free.Clear();

    private sealed class Block(BlockPool home) : IMemoryOwner<byte>
    {
        public Memory<byte> Memory { get; } = MemoryMarshal.CreateFromPinnedArray(GC.AllocateUninitializedArray<byte>(Size, pinned: true), 0, Size);

        public void Dispose()
        {
            if (home._free.Count < MostKept) home._free.Enqueue(this);
        }
    }
}
