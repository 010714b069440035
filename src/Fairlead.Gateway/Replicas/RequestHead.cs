using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text;
using Fairlead.Gateway.Forwarding;
using Fairlead.Gateway.Routing;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

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
    /// <returns>Valid until the next one is written on this thread.</returns>
    public static ReadOnlySpan<byte> Write(HttpContext context, in RequestTarget target, ReplicaState replica, in RequestIdentity identity, long? length)
    {
        var head = _ofThread ??= new RequestHead();
        head._length = 0;
        head.WriteAll(context, target, replica, identity, length);
        return head._bytes.AsSpan(0, head._length);
    }

    private void WriteAll(HttpContext context, in RequestTarget target, ReplicaState replica, in RequestIdentity identity, long? length)
    {
        var request = context.Features.GetRequiredFeature<IHttpRequestFeature>();
        var given = request.Headers.Host.ToString();
        var connection = context.Features.GetRequiredFeature<IHttpConnectionFeature>();
        Add(request.Method);
        Add(" "u8);
        Add(target.Forward);
        Add(" HTTP/1.1\r\n"u8);
        Header("Host: "u8, given.Length > 0 ? given : replica.Address);
        AddHeaders(request.Headers);
        if (given.Length > 0) Header("X-Forwarded-Host: "u8, given);
        Header("X-Forwarded-For: "u8, connection.RemoteIpAddress is { } address ? Text(address) : "unknown");
        Header("X-Forwarded-Proto: "u8, request.Scheme);
        if (target.Kind == TargetKind.Service)
        {
            Add("X-Forwarded-Prefix: /services/"u8);
            Header(default, target.Deployment);
        }

        Header("X-Request-Id: "u8, identity.RequestId);
        Header("traceparent: "u8, identity.TraceParent);
        AddFraming(request.Method, length);
        Add("\r\n"u8);
    }

    private void AddHeaders(IHeaderDictionary headers)
    {
        var connection = headers.Connection;
        foreach (var (name, values) in headers)
        {
            if (!HeaderRules.PassesToReplica(name, connection)) continue;
            for (var i = 0; i < values.Count; i++)
            {
                Add(name);
                Header(": "u8, values[i] ?? "");
            }
        }
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

    private static string Text(IPAddress address) => (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString();
}
