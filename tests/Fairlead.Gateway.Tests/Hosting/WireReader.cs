using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Fairlead.Gateway.Tests.Hosting;

/// <summary>Reads HTTP/1.1 from a socket, strictly enough for what the gateway sends.</summary>
internal sealed class WireReader(Socket socket)
{
    private readonly byte[] _buffer = new byte[64 * 1024];
    private int _start;
    private int _end;

    /// <returns>Null at the connection's end.</returns>
    public async Task<BackendRequest?> ReadRequestAsync(CancellationToken stopped)
    {
        if (await ReadLineAsync(stopped) is not { Length: > 0 } line) return null;
        var parts = line.Split(' ');
        var headers = new List<(string, string)>();
        while (await ReadLineAsync(stopped) is { Length: > 0 } header)
        {
            var colon = header.IndexOf(':');
            headers.Add((header[..colon], header[(colon + 1)..].Trim()));
        }

        var request = new BackendRequest(parts[0], parts[1], headers, [], socket, stopped);
        return request with { Body = await ReadBodyAsync(request, stopped) };
    }

    public async Task<string?> ReadLineAsync(CancellationToken stopped)
    {
        var line = new StringBuilder();
        while (true)
        {
            if (_start == _end && !await FillAsync(stopped)) return line.Length == 0 ? null : line.ToString();
            var c = (char)_buffer[_start++];
            if (c == '\n') return line.ToString().TrimEnd('\r');
            line.Append(c);
        }
    }

    public async Task<byte[]> ReadBytesAsync(int count, CancellationToken stopped)
    {
        var bytes = new byte[count];
        for (var read = 0; read < count;)
        {
            if (_start == _end && !await FillAsync(stopped)) throw new IOException("The connection ended within a body.");
            var part = Math.Min(count - read, _end - _start);
            _buffer.AsSpan(_start, part).CopyTo(bytes.AsSpan(read));
            (_start, read) = (_start + part, read + part);
        }

        return bytes;
    }

    private async Task<byte[]> ReadBodyAsync(BackendRequest request, CancellationToken stopped)
    {
        if (request.Header("Content-Length") is { } length) return await ReadBytesAsync(int.Parse(length), stopped);
        if (request.Header("Transfer-Encoding") is null) return [];
        var body = new List<byte>();
        while (true)
        {
            var size = int.Parse((await ReadLineAsync(stopped))!, NumberStyles.HexNumber);
            body.AddRange(await ReadBytesAsync(size, stopped));
            await ReadLineAsync(stopped);
            if (size == 0) return [.. body];
        }
    }

    private async Task<bool> FillAsync(CancellationToken stopped)
    {
        _start = 0;
        _end = await socket.ReceiveAsync(_buffer, SocketFlags.None, stopped);
        return _end > 0;
    }
}
