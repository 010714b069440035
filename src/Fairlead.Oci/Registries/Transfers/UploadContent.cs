using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using Fairlead.Oci.Registries.Transport;

namespace Fairlead.Oci.Registries.Transfers;

/// <summary>A part of a blob as the body of a request, read while it is sent.</summary>
internal sealed class UploadContent : HttpContent
{
    private const int BufferSize = 1 << 17;
    private readonly Func<Stream> _open;
    private readonly long _from;
    private readonly long _length;
    private readonly StallGuard _guard;
    private readonly Action<long> _sent;

    public UploadContent(Func<Stream> open, long from, long length, StallGuard guard, Action<long> sent)
    {
        (_open, _from, _length, _guard, _sent) = (open, from, length, guard, sent);
        Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        Headers.ContentLength = length;
    }

    /// <summary>A piece of an upload: says which (OCI distribution spec; not a valid header of HTTP, it has no unit).</summary>
    public static UploadContent Piece(Func<Stream> open, long from, long length, StallGuard guard, Action<long> sent)
    {
        var content = new UploadContent(open, from, length, guard, sent);
        content.Headers.TryAddWithoutValidation("Content-Range", $"{from}-{from + length - 1}");
        return content;
    }

    protected override bool TryComputeLength(out long length)
    {
        length = _length;
        return true;
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        await using var blob = _open();
        blob.Position = _from;
        try
        {
            for (var done = 0L; done < _length;)
            {
                var read = await blob.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, _length - done)), cancellationToken);
                if (read == 0) throw new EndOfStreamException("The blob is shorter than it was.");
                await stream.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
                done += read;
                _guard.Moved();
                _sent(done);
            }

            _guard.AllSent();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
