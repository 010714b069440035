using System.Security.Cryptography;
using Fairlead.Core.Identity;

namespace Fairlead.Oci.Streams;

/// <summary>Counts and hashes what is read through it.</summary>
/// <param name="watch">Told the total after each read; may throw to stop.</param>
/// <param name="leaveOpen">Whether the inner stream belongs to another.</param>
internal sealed class MeteredStream(Stream inner, Action<long>? watch = null, bool leaveOpen = false) : ReadOnlyStream
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    public long Count { get; private set; }

    /// <summary>Of all that was read; once.</summary>
    public Digest TakeDigest() => Digest.FromHash(_hash.GetHashAndReset());

    public override int Read(Span<byte> buffer) => Saw(buffer, inner.Read(buffer));

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await inner.ReadAsync(buffer, cancellationToken);
        return Saw(buffer.Span, read);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _hash.Dispose();
            if (!leaveOpen) inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private int Saw(ReadOnlySpan<byte> buffer, int read)
    {
        _hash.AppendData(buffer[..read]);
        Count += read;
        watch?.Invoke(Count);
        return read;
    }
}
