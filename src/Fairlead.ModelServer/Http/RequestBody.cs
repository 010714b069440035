using System.Buffers;
using System.IO.Pipelines;
using Fairlead.ModelServer.Protocol;
using Fairlead.ModelServer.Running;
using Microsoft.AspNetCore.Http;

namespace Fairlead.ModelServer.Http;

/// <summary>
/// Reads a request's body into one piece of memory that grows with what has really arrived, never with what the client
/// announced, and never past the limit.
/// </summary>
internal static class RequestBody
{
    /// <exception cref="RequestRefusedException">The body is too large or was cut off.</exception>
    public static async ValueTask ReadAsync(HttpRequest request, PooledBuffer target, long limit, CancellationToken cancellationToken)
    {
        if (request.ContentLength > limit) throw TooLarge(limit);
        var (reader, start) = (request.BodyReader, target.Length);
        try
        {
            while (true)
            {
                var read = await reader.ReadAsync(cancellationToken);
                if (target.Length - start + read.Buffer.Length > limit)
                {
                    reader.AdvanceTo(read.Buffer.End);
                    throw TooLarge(limit);
                }

                Append(target, read.Buffer);
                reader.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted) return;
            }
        }
        catch (BadHttpRequestException e)
        {
            throw e.StatusCode == StatusCodes.Status413PayloadTooLarge ? TooLarge(limit) : new RequestRefusedException(e.StatusCode, e.Message);
        }
    }

    private static void Append(PooledBuffer target, ReadOnlySequence<byte> sequence)
    {
        foreach (var segment in sequence) target.Write(segment.Span);
    }

    private static RequestRefusedException TooLarge(long limit) =>
        new(StatusCodes.Status413PayloadTooLarge, $"The body is larger than the limit of {new Core.Units.ByteSize(limit)}.");
}
