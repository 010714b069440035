using System.Buffers.Binary;

namespace Fairlead.Engines.Docker.Logs;

/// <summary>A container's output as the daemon sends it: frames of standard output and error, each with a header of 8 bytes (Engine API, "Stream format").</summary>
internal static class LogFrames
{
    private const int HeaderSize = 8;
    private const int LongestFrame = 16 << 20;

    /// <summary>Calls <paramref name="take"/> with the stream's number (1 output, 2 error) and bytes of it, in order; returns at the end, also one in the middle of a frame.</summary>
    /// <exception cref="InvalidDataException">The bytes are no frames.</exception>
    public static async IAsyncEnumerable<(int Stream, ReadOnlyMemory<byte> Bytes)> ReadAsync(Stream stream, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var header = new byte[HeaderSize];
        var buffer = new byte[16 << 10];
        while (await stream.ReadAtLeastAsync(header, HeaderSize, throwOnEndOfStream: false, cancellationToken) == HeaderSize)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(4));
            if (header[0] > 2 || length > LongestFrame) throw new InvalidDataException("The daemon's log is not in its stream format.");
            for (var left = (int)length; left > 0;)
            {
                var count = await stream.ReadAsync(buffer.AsMemory(0, Math.Min(left, buffer.Length)), cancellationToken);
                if (count == 0) yield break;
                yield return (header[0], buffer.AsMemory(0, count));
                left -= count;
            }
        }
    }
}
