using System.Net.Sockets;
using System.Text;

namespace Fairlead.Gateway.Tests.Hosting;

/// <summary>A request as it came over the wire, and the connection to answer it on.</summary>
internal sealed record BackendRequest(string Method, string Target, IReadOnlyList<(string Name, string Value)> Headers, byte[] Body, Socket Socket, CancellationToken Stopped)
{
    public string? Header(string name) => Headers.FirstOrDefault(h => h.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;

    public string Text => Encoding.Latin1.GetString(Body);

    public Task AnswerAsync(int status, string body = "", params string[] headers) =>
        WriteAsync($"HTTP/1.1 {status} X\r\n{string.Concat(headers.Select(h => h + "\r\n"))}Content-Length: {body.Length}\r\n\r\n{body}");

    public async Task WriteAsync(string text)
    {
        var bytes = Encoding.Latin1.GetBytes(text);
        for (var sent = 0; sent < bytes.Length;) sent += await Socket.SendAsync(bytes.AsMemory(sent), SocketFlags.None, Stopped);
    }

    public void Cut() => Socket.Close(0);
}
