using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Fairlead.Bench.Server;

/// <summary>What came back on a connection.</summary>
/// <param name="Status">0 when the connection was cut.</param>
/// <param name="ComesAgain">It says when to come again.</param>
internal readonly record struct OpenAnswer(int Status, bool ComesAgain, bool Closes);

/// <summary>
/// One connection of a load: bytes made once go out as they are, and of the answer only the head is looked at. A general
/// HTTP client takes several times the processor, and with it from what is measured on the same machine.
/// </summary>
internal sealed class OpenConnection(Socket socket) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly byte[] _buffer = new byte[16 << 10];

    public static byte[] Request(Uri url, byte[] body, int? headerLength)
    {
        var form = headerLength is { } length ? $"Content-Type: application/octet-stream\r\nInference-Header-Content-Length: {length}\r\n" : "Content-Type: application/json\r\n";
        return [.. Encoding.ASCII.GetBytes($"POST {url.AbsolutePath} HTTP/1.1\r\nHost: {url.Authority}\r\n{form}Content-Length: {body.Length}\r\n\r\n"), .. body];
    }

    public static async Task<OpenConnection> ConnectAsync(Uri url)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(url.Host, url.Port);
        return new OpenConnection(socket);
    }

    public async Task<OpenAnswer> ExchangeAsync(ReadOnlyMemory<byte> request)
    {
        using var limit = new CancellationTokenSource(Patience, TimeProvider.System);
        try
        {
            // An answer may come before all is sent; what is left is still sent, as the server goes on to read it.
            var sending = socket.SendAsync(request, SocketFlags.None, limit.Token).AsTask();
            var answer = await ReceiveAsync(limit.Token);
            if (!answer.Closes) await sending;
            return answer;
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or InvalidDataException)
        {
            return new OpenAnswer(0, false, Closes: true);
        }
    }

    public void Dispose() => socket.Dispose();

    private async Task<OpenAnswer> ReceiveAsync(CancellationToken cancellationToken)
    {
        var (length, end) = (0, -1);
        while (end < 0)
        {
            length += await MoreAsync(length, cancellationToken);
            end = _buffer.AsSpan(0, length).IndexOf("\r\n\r\n"u8);
        }

        var head = Encoding.ASCII.GetString(_buffer, 0, end + 2);
        var status = int.Parse(head.AsSpan(9, 3), CultureInfo.InvariantCulture);
        for (var left = int.Parse(Header(head, "Content-Length") ?? "0", CultureInfo.InvariantCulture) - (length - end - 4); left > 0;) left -= await MoreAsync(0, cancellationToken);
        return new OpenAnswer(status, Header(head, "Retry-After") is not null, Header(head, "Connection") == "close");
    }

    private async Task<int> MoreAsync(int at, CancellationToken cancellationToken)
    {
        var read = await socket.ReceiveAsync(_buffer.AsMemory(at), SocketFlags.None, cancellationToken);
        return read > 0 ? read : throw new InvalidDataException("The connection was cut.");
    }

    private static string? Header(string head, string name)
    {
        var start = head.IndexOf($"\r\n{name}: ", StringComparison.OrdinalIgnoreCase);
        if (start < 0) return null;
        start += name.Length + 4;
        return head[start..head.IndexOf('\r', start)];
    }
}
