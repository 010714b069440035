using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.InteropServices;
using Fairlead.ModelServer.Http;
using Fairlead.ModelServer.Protocol;
using Fairlead.ModelServer.Running;
using Microsoft.AspNetCore.Http;

namespace Fairlead.ModelServer.Grpc;

/// <summary>
/// The one message of a unary call (gRPC over HTTP/2, "Length-Prefixed-Message"), unpacked when it is compressed. Memory grows
/// with what has really arrived or been unpacked, never with what a length announces, and never past the limit.
/// </summary>
internal readonly struct GrpcMessage : IDisposable
{
    private const int Prefix = 5;

    // The message begins at a multiple of eight behind it, where tensors' memory may be.
    private const int Padding = 3;

    private GrpcMessage(PooledBuffer buffer, int start) => (Buffer, Bytes) = (buffer, buffer.Slice(start, buffer.Length - start));

    public PooledBuffer Buffer { get; }

    public Memory<byte> Bytes { get; }

    /// <exception cref="RequestRefusedException">The message is too large, cut off, not alone, or compressed in a way that is not known.</exception>
    public static async ValueTask<GrpcMessage> ReadAsync(HttpRequest request, long limit, CancellationToken cancellationToken)
    {
        var frame = new PooledBuffer();
        try
        {
            await ReadFrameAsync(request, frame, limit, cancellationToken);
            if (frame.Written.Span[Padding] == 0) return new GrpcMessage(frame, Padding + Prefix);
            var encoding = request.Headers["grpc-encoding"].ToString();
            if (encoding != "gzip") throw new RequestRefusedException(StatusCodes.Status501NotImplemented, $"The message is compressed as '{encoding}'; this server takes identity and gzip.");
            var unpacked = await UnpackAsync(frame, limit, cancellationToken);
            frame.Dispose();
            return new GrpcMessage(unpacked, 0);
        }
        catch (IOException) when (request.HttpContext.RequestAborted.IsCancellationRequested)
        {
            frame.Dispose();
            throw new OperationCanceledException(request.HttpContext.RequestAborted);
        }
        catch (BadHttpRequestException e)
        {
            frame.Dispose();
            throw new RequestRefusedException(e.StatusCode, e.Message);
        }
        catch
        {
            frame.Dispose();
            throw;
        }
    }

    public void Dispose() => Buffer.Dispose();

    private static async ValueTask ReadFrameAsync(HttpRequest request, PooledBuffer frame, long limit, CancellationToken cancellationToken)
    {
        frame.GetSpan(Padding);
        frame.Advance(Padding);
        var reader = request.BodyReader;
        using var beyond = new BodyPieces();
        while (true)
        {
            var read = await reader.ReadAsync(cancellationToken);
            try
            {
                var length = LengthOf(frame, read.Buffer);
                if (length > limit) throw TooLarge(limit);
                var have = frame.Length - Padding + beyond.Length;
                if (length is { } known && have + read.Buffer.Length > Prefix + known) throw new RequestRefusedException(StatusCodes.Status501NotImplemented, "The call has more than one message; this method takes one.");
                foreach (var segment in read.Buffer)
                {
                    if (have < BodyPieces.Size) frame.Write(segment.Span);
                    else beyond.Write(segment.Span);
                }

                if (!read.IsCompleted) continue;
                if (length is null || have + read.Buffer.Length != Prefix + length) throw new RequestRefusedException("The call has no whole message.");
                beyond.AppendTo(frame);
                return;
            }
            finally
            {
                reader.AdvanceTo(read.Buffer.End);
            }
        }
    }

    /// <summary>The message's length; null until its five bytes have come.</summary>
    private static long? LengthOf(PooledBuffer frame, ReadOnlySequence<byte> next)
    {
        Span<byte> prefix = stackalloc byte[Prefix];
        var have = frame.Written.Span[Padding..];
        have = have[..Math.Min(have.Length, Prefix)];
        if (have.Length + next.Length < Prefix) return null;
        have.CopyTo(prefix);
        next.Slice(0, Prefix - have.Length).CopyTo(prefix[have.Length..]);
        if (prefix[0] > 1) throw new RequestRefusedException("The body is not framed as gRPC frames messages.");
        return BinaryPrimitives.ReadUInt32BigEndian(prefix[1..]);
    }

    private static async ValueTask<PooledBuffer> UnpackAsync(PooledBuffer frame, long limit, CancellationToken cancellationToken)
    {
        var unpacked = new PooledBuffer();
        try
        {
            MemoryMarshal.TryGetArray<byte>(frame.Slice(Padding + Prefix, frame.Length - Padding - Prefix), out var place);
            using var packed = new MemoryStream(place.Array!, place.Offset, place.Count, writable: false);
            await using var gzip = new GZipStream(packed, CompressionMode.Decompress);
            if (!await ContentCoding.TryUnpackAsync(gzip, unpacked, limit, cancellationToken)) throw TooLarge(limit);
            return unpacked;
        }
        catch (InvalidDataException e)
        {
            unpacked.Dispose();
            throw new RequestRefusedException($"The message is not valid gzip: {e.Message}");
        }
        catch
        {
            unpacked.Dispose();
            throw;
        }
    }

    private static RequestRefusedException TooLarge(long limit) =>
        new(StatusCodes.Status413PayloadTooLarge, $"The message is larger than the limit of {new Core.Units.ByteSize(limit)}.");
}
