using System.Buffers;
using System.Security.Cryptography;
using Fairlead.Core.Identity;

namespace Fairlead.Oci.Layers;

/// <summary>Where a layer's tar goes.</summary>
internal interface ILayerSink
{
    ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken);

    /// <returns>How much was read; less than asked for when the source ended before.</returns>
    ValueTask<long> WriteAsync(Stream source, long length, CancellationToken cancellationToken);
}

/// <summary>Takes the hash of a tar and keeps nothing of it.</summary>
internal sealed class HashSink : ILayerSink, IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] _buffer = ArrayPool<byte>.Shared.Rent(1 << 20);

    public Digest Complete() => Digest.FromHash(_hash.GetHashAndReset());

    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        _hash.AppendData(bytes.Span);
        return ValueTask.CompletedTask;
    }

    public async ValueTask<long> WriteAsync(Stream source, long length, CancellationToken cancellationToken)
    {
        var left = length;
        while (left > 0)
        {
            var read = await source.ReadAsync(_buffer.AsMemory(0, (int)Math.Min(left, _buffer.Length)), cancellationToken);
            if (read == 0) break;
            _hash.AppendData(_buffer, 0, read);
            left -= read;
        }

        return length - left;
    }

    public void Dispose()
    {
        _hash.Dispose();
        ArrayPool<byte>.Shared.Return(_buffer);
    }
}
