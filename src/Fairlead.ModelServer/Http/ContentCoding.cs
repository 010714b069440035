using System.IO.Compression;
using Fairlead.ModelServer.Protocol;
using Fairlead.ModelServer.Running;
using Microsoft.AspNetCore.Http;

namespace Fairlead.ModelServer.Http;

/// <summary>
/// Unpacks a body as it arrives (RFC 9110, 8.4): what is packed and what comes out of it are each held to the limit, so that
/// a small body that unpacks into a large one costs no more than a large one.
/// </summary>
internal static class ContentCoding
{
    /// <summary>What the server takes, as <c>Accept-Encoding</c> of a refusal says it.</summary>
    public const string Accepted = "gzip, deflate, br";

    private const int Step = 4096;

    /// <summary>The body's coding; null when it is sent as it is.</summary>
    public static string? Of(HttpRequest request) =>
        request.Headers.ContentEncoding is { Count: > 0 } coding && !coding.ToString().Equals("identity", StringComparison.OrdinalIgnoreCase) ? coding.ToString() : null;

    /// <exception cref="RequestRefusedException">The coding is unknown, the body is not what it says, or it unpacks past the limit.</exception>
    public static async ValueTask UnpackAsync(HttpRequest request, string coding, PooledBuffer target, long limit, CancellationToken cancellationToken)
    {
        await using var packed = request.BodyReader.AsStream(leaveOpen: true);
        await using var unpacking = Open(coding, packed);
        try
        {
            if (!await TryUnpackAsync(unpacking, target, limit, cancellationToken)) throw RequestBody.TooLarge(limit);
        }
        catch (Exception e) when (e is InvalidDataException or InvalidOperationException)
        {
            throw new RequestRefusedException($"The body is not valid {coding}: {e.Message}");
        }
    }

    /// <summary>False when there is more than the limit.</summary>
    public static async ValueTask<bool> TryUnpackAsync(Stream unpacking, PooledBuffer target, long limit, CancellationToken cancellationToken)
    {
        using var beyond = new BodyPieces();
        for (var left = limit; ;)
        {
            var first = target.Length < BodyPieces.Size;
            var room = first ? target.GetMemory(Step) : beyond.GetMemory();

            // One byte more than may be there: it tells a body at the limit from one above it.
            var read = await unpacking.ReadAsync(room[..(int)Math.Min(room.Length, left + 1)], cancellationToken);
            if (read == 0) break;
            if ((left -= read) < 0) return false;
            if (first) target.Advance(read);
            else beyond.Advance(read);
        }

        beyond.AppendTo(target);
        return true;
    }

    // "deflate" is zlib's format (RFC 9110, 8.4.1.2), not the bare one.
    private static Stream Open(string coding, Stream packed) => coding.ToLowerInvariant() switch
    {
        "gzip" or "x-gzip" => new GZipStream(packed, CompressionMode.Decompress, leaveOpen: true),
        "deflate" => new ZLibStream(packed, CompressionMode.Decompress, leaveOpen: true),
        "br" => new BrotliStream(packed, CompressionMode.Decompress, leaveOpen: true),
        _ => throw new RequestRefusedException(StatusCodes.Status415UnsupportedMediaType, $"The body is encoded as '{coding}'; this server takes {Accepted}, one at a time, and bodies sent as they are."),
    };
}
