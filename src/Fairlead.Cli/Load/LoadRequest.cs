using System.Globalization;
using System.Net;
using System.Text;

namespace Fairlead.Cli.Load;

/// <summary>One request as the bytes that are sent, made once and sent many times.</summary>
internal sealed record LoadRequest(IPEndPoint Address, ReadOnlyMemory<byte> Bytes)
{
    public static LoadRequest Post(IPEndPoint address, string path, ReadOnlySpan<byte> body, string contentType) =>
        new(address, Compose(string.Create(CultureInfo.InvariantCulture, $"POST {path} HTTP/1.1\r\nHost: {address}\r\nContent-Type: {contentType}\r\nContent-Length: {body.Length}\r\n\r\n"), body));

    public static LoadRequest Get(IPEndPoint address, string path) => new(address, Compose($"GET {path} HTTP/1.1\r\nHost: {address}\r\n\r\n", []));

    private static byte[] Compose(string head, ReadOnlySpan<byte> body) => [.. Encoding.ASCII.GetBytes(head), .. body];
}
