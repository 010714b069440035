using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Fairlead.Examples.Tests.Python;

/// <summary>A request whose body stops half-way until it is told to go on.</summary>
internal sealed class HalfRequest : IDisposable
{
    private readonly TcpClient _client = new();
    private readonly string _rest;

    private HalfRequest(string rest) => _rest = rest;

    internal static async Task<HalfRequest> OpenAsync(int port, string begin, string rest, CancellationToken cancellationToken)
    {
        var request = new HalfRequest(rest);
        await request._client.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
        await request.SendAsync($"POST /predict HTTP/1.1\r\nHost: test\r\nExpect: 100-continue\r\nContent-Length: {begin.Length + rest.Length}\r\n\r\n", cancellationToken);

        // The service has read the headers when it asks for the body.
        var buffer = new byte[256];
        var read = await request._client.GetStream().ReadAsync(buffer, cancellationToken);
        Encoding.ASCII.GetString(buffer, 0, read).ShouldStartWith("HTTP/1.1 100 ");
        await request.SendAsync(begin, cancellationToken);
        return request;
    }

    internal async Task<string> FinishAsync(CancellationToken cancellationToken)
    {
        await SendAsync(_rest, cancellationToken);
        using var reader = new StreamReader(_client.GetStream());
        return await reader.ReadToEndAsync(cancellationToken);
    }

    public void Dispose() => _client.Dispose();

    private async Task SendAsync(string text, CancellationToken cancellationToken) =>
        await _client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(text), cancellationToken);
}
