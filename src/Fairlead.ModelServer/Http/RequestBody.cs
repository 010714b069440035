using System.Buffers;
using System.IO.Pipelines;
using Fairlead.ModelServer.Protocol;
using Fairlead.ModelServer.Running;
using Fairlead.Sockets;
using Microsoft.AspNetCore.Http;

namespace Fairlead.ModelServer.Http;

/// <summary>
/// Reads a request's body into one piece of memory. What is held grows with what has really arrived or been unpacked, never
/// with what the client announced, and never past the limit.
/// </summary>
internal static class RequestBody
{
    // Whoever has sent so much is believed to send the rest: what is announced is then taken at once, where it fits one buffer.
    private const int Trusted = 32 << 10;

    /// <exception cref="RequestRefusedException">The body is too large or was cut off.</exception>
    public static async ValueTask ReadAsync(HttpRequest request, PooledBuffer target, long limit, RequestDeadline deadline)
    {
        if (request.ContentLength > limit) throw TooLarge(limit);
        BodyPieces? beyond = null;
        IPlacedInputFeature? placed = null;
        try
        {
            if (ContentCoding.Of(request) is { } coding)
            {
                await ContentCoding.UnpackAsync(request, coding, target, limit, deadline.Token);
                return;
            }

            var (reader, start) = (request.BodyReader, target.Length);

            // What is there already needs no wait. Who expects "100 Continue" gets it from an asynchronous read.
            var inPlace = request.Headers.Expect.Count == 0;
            while (true)
            {
                if (!inPlace || !reader.TryRead(out var read))
                {
                    if (inPlace && placed is null && target.Length - start >= Trusted) placed = Place(request, target, start);
                    read = await WaitAsync(reader, deadline.Token);
                }

                if (target.Length - start + (beyond?.Length ?? 0) + read.Buffer.Length > limit)
                {
                    reader.AdvanceTo(read.Buffer.End);
                    throw TooLarge(limit);
                }

                if (target.Length - start + read.Buffer.Length >= Trusted) target.Reserve((int)Math.Min(request.ContentLength ?? 0, BodyPieces.Size));
                if (placed is not null) target.Advance((int)read.Buffer.Length);
                else beyond = Append(target, beyond, read.Buffer);
                reader.AdvanceTo(read.Buffer.End);
                if (!read.IsCompleted) continue;
                beyond?.AppendTo(target);
                return;
            }
        }
        catch (BadHttpRequestException e)
        {
            throw e.StatusCode == StatusCodes.Status413PayloadTooLarge ? TooLarge(limit) : new RequestRefusedException(e.StatusCode, e.Message);
        }
        finally
        {
            placed?.EndPlacing();
            beyond?.Dispose();
        }
    }

    /// <summary>Has the rest of a body that fits one buffer received into it; null when it goes the usual way.</summary>
    private static IPlacedInputFeature? Place(HttpRequest request, PooledBuffer target, int start)
    {
        if (request.ContentLength is not <= BodyPieces.Size || !HttpProtocol.IsHttp11(request.Protocol)) return null;
        var left = (int)request.ContentLength - (target.Length - start);
        var input = request.HttpContext.Features.Get<IPlacedInputFeature>();
        return input?.TryPlace(target.GetMemory(left)[..left]) == true ? input : null;
    }

    /// <summary>Without giving the token to Kestrel's reader: a read that was cut off by one counts as under way for good, and the rest of the body could not be passed over then.</summary>
    private static async ValueTask<ReadResult> WaitAsync(PipeReader reader, CancellationToken cancellationToken)
    {
        await using var cancelled = cancellationToken.UnsafeRegister(static reader => ((PipeReader)reader!).CancelPendingRead(), reader);
        var read = await reader.ReadAsync(CancellationToken.None);
        if (!read.IsCanceled) return read;
        reader.AdvanceTo(read.Buffer.Start);
        throw new OperationCanceledException(cancellationToken);
    }

    internal static RequestRefusedException TooLarge(long limit) =>
        new(StatusCodes.Status413PayloadTooLarge, $"The body is larger than the limit of {new Core.Units.ByteSize(limit)}.");

    private static BodyPieces? Append(PooledBuffer target, BodyPieces? beyond, ReadOnlySequence<byte> sequence)
    {
        foreach (var segment in sequence)
        {
            if (beyond is null && target.Length + segment.Length > BodyPieces.Size) beyond = new BodyPieces();
            if (beyond is null) target.Write(segment.Span);
            else beyond.Write(segment.Span);
        }

        return beyond;
    }
}
