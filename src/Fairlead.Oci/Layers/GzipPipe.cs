using System.Buffers;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Threading.Channels;
using Fairlead.Core.Identity;

namespace Fairlead.Oci.Layers;

/// <summary>What went through a <see cref="GzipPipe"/>.</summary>
internal sealed record GzipResult(Digest DiffId, long UnpackedSize, Digest Digest, long Size);

/// <summary>
/// Compresses on all cores and hashes both sides in the same pass. Blocks of a fixed size become gzip members of their own
/// (RFC 1952, section 2.2: members may follow each other), so the bytes do not depend on the number of cores, and memory
/// is a few blocks whatever the size of the content.
/// </summary>
internal sealed class GzipPipe : ILayerSink, IAsyncDisposable
{
    private const int BlockSize = 1 << 20;

    // What deflate adds at most to a block that it cannot compress, header and trailer included.
    private const int Expansion = 1 << 14;

    private readonly Channel<Task<Block>> _blocks = Channel.CreateBounded<Task<Block>>(Environment.ProcessorCount + 1);
    private readonly IncrementalHash _unpacked = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly IncrementalHash _packed = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task<long> _writing;
    private byte[] _current = ArrayPool<byte>.Shared.Rent(BlockSize);
    private int _filled;
    private long _unpackedSize;

    public GzipPipe(Stream output) => _writing = Task.Run(() => WriteBlocksAsync(output));

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        while (bytes.Length > 0)
        {
            var part = bytes[..Math.Min(bytes.Length, BlockSize - _filled)];
            part.CopyTo(_current.AsMemory(_filled));
            bytes = bytes[part.Length..];
            await AdvanceAsync(part.Length, cancellationToken);
        }
    }

    public async ValueTask<long> WriteAsync(Stream source, long length, CancellationToken cancellationToken)
    {
        var left = length;
        while (left > 0)
        {
            var read = await source.ReadAsync(_current.AsMemory(_filled, (int)Math.Min(left, BlockSize - _filled)), cancellationToken);
            if (read == 0) break;
            left -= read;
            await AdvanceAsync(read, cancellationToken);
        }

        return length - left;
    }

    public async Task<GzipResult> CompleteAsync(CancellationToken cancellationToken)
    {
        if (_filled > 0 || _unpackedSize == 0) await SendAsync(cancellationToken);
        _blocks.Writer.Complete();
        var size = await _writing.WaitAsync(cancellationToken);
        return new GzipResult(Digest.FromHash(_unpacked.GetHashAndReset()), _unpackedSize, Digest.FromHash(_packed.GetHashAndReset()), size);
    }

    public async ValueTask DisposeAsync()
    {
        _blocks.Writer.TryComplete();
        await _stop.CancelAsync();
        await _writing.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        ArrayPool<byte>.Shared.Return(_current);
        _unpacked.Dispose();
        _packed.Dispose();
        _stop.Dispose();
    }

    private async ValueTask AdvanceAsync(int count, CancellationToken cancellationToken)
    {
        _filled += count;
        if (_filled == BlockSize) await SendAsync(cancellationToken);
    }

    private async ValueTask SendAsync(CancellationToken cancellationToken)
    {
        var block = new Block(_current, _filled);
        _unpacked.AppendData(_current, 0, _filled);
        _unpackedSize += _filled;
        (_current, _filled) = (ArrayPool<byte>.Shared.Rent(BlockSize), 0);
        try
        {
            await _blocks.Writer.WriteAsync(Task.Run(() => Compress(block), CancellationToken.None), cancellationToken);
        }
        catch (ChannelClosedException)
        {
            // The writing side has failed; its exception is the one to tell.
            await _writing;
            throw;
        }
    }

    private async Task<long> WriteBlocksAsync(Stream output)
    {
        var size = 0L;
        try
        {
            await foreach (var compressing in _blocks.Reader.ReadAllAsync(_stop.Token))
            {
                var block = await compressing;
                _packed.AppendData(block.Bytes, 0, block.Length);
                await output.WriteAsync(block.Bytes.AsMemory(0, block.Length), _stop.Token);
                ArrayPool<byte>.Shared.Return(block.Bytes);
                size += block.Length;
            }

            return size;
        }
        finally
        {
            _blocks.Writer.TryComplete();
        }
    }

    private static Block Compress(Block block)
    {
        var packed = ArrayPool<byte>.Shared.Rent(BlockSize + Expansion);
        var output = new MemoryStream(packed);
        var level = Compressibility.IsWorthIt(block.Bytes.AsSpan(0, block.Length)) ? CompressionLevel.Optimal : CompressionLevel.NoCompression;
        using (var gzip = new GZipStream(output, level, leaveOpen: true)) gzip.Write(block.Bytes, 0, block.Length);
        ArrayPool<byte>.Shared.Return(block.Bytes);
        return new Block(packed, (int)output.Position);
    }

    private readonly record struct Block(byte[] Bytes, int Length);
}
