using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Fairlead.Gateway.Tests.Hosting;

/// <summary>A client that sends bytes, not requests.</summary>
internal sealed class RawClient : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

    public Socket Socket => _socket;

    public static async Task<RawClient> ConnectAsync(IPEndPoint endPoint)
    {
        var client = new RawClient();
        await client._socket.ConnectAsync(endPoint);
        return client;
    }

    /// <summary>Sends and reads until the other side closes.</summary>
    public static async Task<string> AskAsync(IPEndPoint endPoint, string bytes)
    {
        using var client = await ConnectAsync(endPoint);
        await client.SendAsync(bytes);
        return await client.ReadToEndAsync(TimeSpan.FromSeconds(15));
    }

    public async Task SendAsync(string text) => await _socket.SendAsync(Encoding.Latin1.GetBytes(text));

    /// <summary>One answer, with this as its body.</summary>
    public async Task<string> ReadAnswerAsync(string body = "", CancellationToken cancellationToken = default)
    {
        var (text, end) = (new StringBuilder(), "\r\n\r\n" + body);
        var buffer = new byte[Math.Max(1024, body.Length)];
        while (text.Length < end.Length || !text.ToString(text.Length - end.Length, end.Length).Equals(end, StringComparison.Ordinal))
        {
            if (await _socket.ReceiveAsync(buffer, SocketFlags.None, cancellationToken) is not (> 0 and var read)) break;
            text.Append(Encoding.Latin1.GetString(buffer, 0, read));
        }

        return text.ToString();
    }

    /// <summary>All that comes until the end or a reset; fails when neither comes in time.</summary>
    public async Task<string> ReadToEndAsync(TimeSpan deadline)
    {
        using var timeout = new CancellationTokenSource(deadline);
        var text = new StringBuilder();
        var buffer = new byte[16 * 1024];
        try
        {
            while (await _socket.ReceiveAsync(buffer, SocketFlags.None, timeout.Token) is var read and > 0) text.Append(Encoding.Latin1.GetString(buffer, 0, read));
        }
        catch (SocketException)
        {
            text.Append("<reset>");
        }

        return text.ToString();
    }

    public void Dispose() => _socket.Dispose();
}
