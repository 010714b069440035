using System.Buffers.Text;
using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Fairlead.Cli.Load;

/// <summary>
/// One HTTP/1.1 connection, kept alive as long as the server does. It never sends a request twice: HttpClient does so behind its
/// caller's back when a kept connection breaks, and a failure that is hidden cannot be counted.
/// </summary>
internal sealed class LoadConnection(LoadRequest request) : IDisposable
{
    private const int MostDetail = 200;

    private Socket? _socket;
    private byte[] _buffer = new byte[16 * 1024];
    private int _read;

    /// <summary>Sends the request and reads its answer whole.</summary>
    /// <returns>Null when it was answered 200.</returns>
    /// <exception cref="OperationCanceledException">The connection is closed then: an answer under way would be taken for the next one's.</exception>
    public async Task<LoadFailure?> SendAsync(CancellationToken cancellationToken)
    {
        var done = false;
        try
        {
            if (await ConnectAsync(cancellationToken) is { } refused) return refused;
            await _socket!.SendAsync(request.Bytes, cancellationToken);
            var failure = await ReadAnswerAsync(cancellationToken);
            done = true;
            return failure;
        }
        catch (SocketException e)
        {
            return new LoadFailure(LoadFailureKind.Broken, "", e.Message);
        }
        finally
        {
            if (!done) Close();
        }
    }

    public void Dispose() => Close();

    private async Task<LoadFailure?> ConnectAsync(CancellationToken cancellationToken)
    {
        // Readable between two requests is the server's goodbye: it closed the connection while it was idle.
        if (_socket is not null && !_socket.Poll(0, SelectMode.SelectRead)) return null;
        Close();
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(request.Address, cancellationToken);
            _socket = socket;
            return null;
        }
        catch (SocketException e)
        {
            socket.Dispose();
            return new LoadFailure(LoadFailureKind.Refused, "", e.Message);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task<LoadFailure?> ReadAnswerAsync(CancellationToken cancellationToken)
    {
        _read = 0;
        AnswerHead head;
        while (!AnswerHead.TryRead(_buffer.AsSpan(0, _read), out head))
        {
            if (!await MoreAsync(cancellationToken)) return new LoadFailure(LoadFailureKind.Broken, "", "The connection ended before the answer did.");
        }

        while (!head.IsWhole(_buffer.AsSpan(0, _read)))
        {
            if (!await MoreAsync(cancellationToken)) return new LoadFailure(LoadFailureKind.Broken, "", "The connection ended within the answer.");
        }

        var body = _buffer.AsSpan(head.Length, _read - head.Length);
        var failure = head.Status == 200 ? null : new LoadFailure(LoadFailureKind.Status, head.Status.ToString(CultureInfo.InvariantCulture), Encoding.UTF8.GetString(body[..Math.Min(body.Length, MostDetail)]));
        if (head.Closes) Close();
        return failure;
    }

    private async ValueTask<bool> MoreAsync(CancellationToken cancellationToken)
    {
        if (_read == _buffer.Length) Array.Resize(ref _buffer, _buffer.Length * 2);
        var read = await _socket!.ReceiveAsync(_buffer.AsMemory(_read), cancellationToken);
        _read += read;
        return read > 0;
    }

    private void Close()
    {
        _socket?.Dispose();
        _socket = null;
    }

    /// <summary>What the head of an answer says of its body.</summary>
    private readonly record struct AnswerHead(int Status, int Length, long BodyLength, bool Closes)
    {
        private const long Chunked = -1;

        public static bool TryRead(ReadOnlySpan<byte> bytes, out AnswerHead head)
        {
            head = default;
            var end = bytes.IndexOf("\r\n\r\n"u8);
            if (end < 0) return false;
            _ = Utf8Parser.TryParse(bytes["HTTP/1.1 ".Length..], out int status, out _);
            var (length, closes) = (0L, false);
            var lines = bytes[..end];
            while (lines.IndexOf("\r\n"u8) is var at and >= 0)
            {
                lines = lines[(at + 2)..];
                if (Starts(lines, "content-length:"u8)) _ = Utf8Parser.TryParse(lines["content-length:".Length..].TrimStart((byte)' '), out length, out _);
                else if (Starts(lines, "transfer-encoding:"u8)) length = Chunked;
                else if (Starts(lines, "connection: close"u8)) closes = true;
            }

            head = new AnswerHead(status, end + 4, length, closes);
            return true;
        }

        public bool IsWhole(ReadOnlySpan<byte> bytes) =>
            BodyLength == Chunked ? bytes[Length..].EndsWith("0\r\n\r\n"u8) : bytes.Length >= Length + BodyLength;

        private static bool Starts(ReadOnlySpan<byte> line, ReadOnlySpan<byte> name) =>
            line.Length >= name.Length && Ascii.EqualsIgnoreCase(line[..name.Length], name);
    }
}
