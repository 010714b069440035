namespace Fairlead.Testing.Registries;

/// <summary>A request's body that breaks off where it is told to.</summary>
internal sealed class CountedBody(Stream inner) : Stream
{
    public long Count { get; private set; }

    public long Limit { get; set; } = long.MaxValue;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => Count;
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (Count >= Limit) throw new IOException("Cut here.");
        var read = await inner.ReadAsync(buffer[..(int)Math.Min(buffer.Length, Limit - Count)], cancellationToken);
        Count += read;
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
