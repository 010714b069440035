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

    // Kept for the thread's next one.
    private ByteWriter _out;

    /// <param name="length">Of the body; null when it has none, -1 when its length is not known.</param>
    /// <param name="body">What is to lie right behind the head, so that both are sent as one piece.</param>
    /// <returns>Valid until the next one is written on this thread.</returns>
    public static ReadOnlySpan<byte> Write(Exchange exchange, ReplicaState replica, long? length, ReadOnlySpan<byte> body)
    {
        var head = _ofThread ??= new RequestHead();
        head._out.Clear();
        head.WriteAll(exchange, replica, length);
        head._out.Add(body);
        return head._out.Written.Span;
    }

    public void Header(string name, string value)
    {
        _out.Add(name);
        Header(": "u8, value);
    }

    /// <summary>A header as the client wrote it, without its line's end.</summary>
    public void Line(ReadOnlySpan<byte> line)
    {
        _out.Add(line);
        _out.Add("\r\n"u8);
    }

    private void WriteAll(Exchange exchange, ReplicaState replica, long? length)
    {
        var client = exchange.Client;
        var (given, method) = (client.Host, client.Method);
        _out.Add(method);
        _out.Add(" "u8);
        _out.Add(exchange.Target.Forward);
        _out.Add(" HTTP/1.1\r\n"u8);
        Header("Host: "u8, given.Length > 0 ? given : replica.Address);
        client.WriteHeaders(this);
        if (given.Length > 0) Header("X-Forwarded-Host: "u8, given);
        Header("X-Forwarded-For: "u8, client.Address ?? "unknown");
        Header("X-Forwarded-Proto: "u8, client.Scheme);
        if (exchange.Target.Kind == TargetKind.Service)
        {
            _out.Add("X-Forwarded-Prefix: /services/"u8);
            Header(""u8, exchange.Target.Deployment);
        }

        Header("X-Request-Id: "u8, exchange.Identity.RequestId);
        Header("traceparent: "u8, exchange.Identity.TraceParent);
        AddFraming(method, length);
        _out.Add("\r\n"u8);
    }

    private void AddFraming(string method, long? length)
    {
        // RFC 9110, 8.6: a method that is expected to have a body says that there is none.
        if (length is null && !(HttpMethods.IsPost(method) || HttpMethods.IsPut(method) || HttpMethods.IsPatch(method))) return;
        if (length < 0)
        {
            _out.Add("Transfer-Encoding: chunked\r\n"u8);
            return;
        }

        _out.Add("Content-Length: "u8);
        _out.Add(length ?? 0);
        _out.Add("\r\n"u8);
    }

    private void Header(ReadOnlySpan<byte> name, string value)
    {
        _out.Add(name);
        _out.Add(value);
        _out.Add("\r\n"u8);
    }
}
