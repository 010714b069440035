using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Fairlead.ModelServer.Hosting;

/// <summary>
/// <c>fairlead-server --health</c>: asks the server that runs in the same container whether it is ready, for engines whose
/// health check is a command. Bare HTTP over a socket: an HTTP client would be a megabyte of program for one line.
/// </summary>
internal static class HealthProbe
{
    public const string Argument = "--health";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);
    private static readonly byte[] Request = "GET /v2/health/ready HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"u8.ToArray();

    /// <summary>Writes the server's answer, or why there is none.</summary>
    /// <returns>Whether it is ready.</returns>
    public static async Task<bool> RunAsync(IPEndPoint http, TextWriter output, TimeProvider time)
    {
        using var limit = new CancellationTokenSource(Patience, time);
        try
        {
            using var socket = new Socket(http.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(Reachable(http), limit.Token);
            await socket.SendAsync(Request, limit.Token);
            var answer = await ReadAsync(socket, limit.Token);
            await output.WriteLineAsync(answer[(answer.IndexOf("\r\n\r\n", StringComparison.Ordinal) is >= 0 and var end ? end + 4 : 0)..].TrimEnd());
            return answer.StartsWith("HTTP/1.1 200 ", StringComparison.Ordinal);
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            await output.WriteLineAsync(e is SocketException ? e.Message : $"No answer within {Patience.TotalSeconds:0} s.");
            return false;
        }
    }

    // An address that stands for all of the machine's is no address to connect to.
    private static IPEndPoint Reachable(IPEndPoint http) =>
        http.Address.Equals(IPAddress.Any) ? new IPEndPoint(IPAddress.Loopback, http.Port)
        : http.Address.Equals(IPAddress.IPv6Any) ? new IPEndPoint(IPAddress.IPv6Loopback, http.Port)
        : http;

    private static async Task<string> ReadAsync(Socket socket, CancellationToken cancellationToken)
    {
        var buffer = new byte[4096];
        var length = 0;
        for (int read; length < buffer.Length && (read = await socket.ReceiveAsync(buffer.AsMemory(length), cancellationToken)) > 0;) length += read;
        return Encoding.UTF8.GetString(buffer, 0, length);
    }
}
