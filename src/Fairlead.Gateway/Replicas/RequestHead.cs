using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Fairlead.Gateway.Forwarding;
using Fairlead.Gateway.Routing;

namespace Fairlead.Gateway.Replicas;

/// <summary>
/// A client's request as a replica gets it, written as bytes. Kestrel has checked the parts: no line break is in any of them,
/// and each character stands for one byte.
/// </summary>
internal sealed class RequestHead
{
    [ThreadStatic]
    private static RequestHead? _ofThread;

    private byte[] _bytes = new byte[4096];
    private int _length;

    /// <param name="length">Of the body; null when it has none, -1 when its length is not known.</param>
    /// <param name="body">What is to lie right behind the head, so that both are sent as one piece.</param>
    /// <returns>Valid until the next one is written on this thread.</returns>
    public static ReadOnlySpan<byte> Write(Exchange exchange, ReplicaState replica, long? length, ReadOnlySpan<byte> body)
    {
        var head = _ofThread ??= new RequestHead();
        head._length = 0;
        head.WriteAll(exchange, replica, length);
        head.Add(body);
        return head._bytes.AsSpan(0, head._length);
    }

    public void Header(string name, string value)
    {
        Add(name);
        Header(": "u8, value);
    }

    /// <summary>A header as the client wrote it, without its line's end.</summary>
    public void Line(ReadOnlySpan<byte> line)
    {
        Add(line);
        Add("\r\n"u8);
    }

    private void WriteAll(Exchange exchange, ReplicaState replica, long? length)
    {
        var client = exchange.Client;
        var (given, method) = (client.Host, client.Method);
        Add(method);
        Add(" "u8);
        Add(exchange.Target.Forward);
        Add(" HTTP/1.1\r\n"u8);
        Header("Host: "u8, given.Length > 0 ? given : replica.Address);
        client.WriteHeaders(this);
        if (given.Length > 0) Header("X-Forwarded-Host: "u8, given);
        Header("X-Forwarded-For: "u8, client.Address ?? "unknown");
        Header("X-Forwarded-Proto: "u8, client.Scheme);
        if (exchange.Target.Kind == TargetKind.Service)
        {
            Add("X-Forwarded-Prefix: /services/"u8);
            Header(""u8, exchange.Target.Deployment);
        }

        Header("X-Request-Id: "u8, exchange.Identity.RequestId);
        Header("traceparent: "u8, exchange.Identity.TraceParent);
        AddFraming(method, length);
        Add("\r\n"u8);
    }

    private void AddFraming(string method, long? length)
    {
        // RFC 9110, 8.6: a method that is expected to have a body says that there is none.
        if (length is null && !(HttpMethods.IsPost(method) || HttpMethods.IsPut(method) || HttpMethods.IsPatch(method))) return;
        if (length < 0)
        {
            Add("Transfer-Encoding: chunked\r\n"u8);
            return;
        }

        Add("Content-Length: "u8);
        Reserve(20);
        (length ?? 0).TryFormat(_bytes.AsSpan(_length), out var written, default, CultureInfo.InvariantCulture);
        _length += written;
        Add("\r\n"u8);
    }

    private void Header(ReadOnlySpan<byte> name, string value)
    {
        Add(name);
        Add(value);
        Add("\r\n"u8);
    }

    private void Add(ReadOnlySpan<byte> bytes)
    {
        Reserve(bytes.Length);
        bytes.CopyTo(_bytes.AsSpan(_length));
        _length += bytes.Length;
    }

    private void Add(string text)
    {
        Reserve(text.Length);
        _length += Encoding.Latin1.GetBytes(text, _bytes.AsSpan(_length));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Reserve(int more)
    {
        if (_bytes.Length - _length < more) Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _length + more));
    }
}
