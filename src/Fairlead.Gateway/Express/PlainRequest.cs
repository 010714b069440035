using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Fairlead.Gateway.Limits;
using Fairlead.Gateway.Replicas;
using Microsoft.AspNetCore.Server.Kestrel.Core.Internal.Http;
using HttpMethod = Microsoft.AspNetCore.Server.Kestrel.Core.Internal.Http.HttpMethod;
using HttpVersion = Microsoft.AspNetCore.Server.Kestrel.Core.Internal.Http.HttpVersion;

namespace Fairlead.Gateway.Express;

internal enum PlainVerdict
{
    Plain,

    /// <summary>It may become one with more bytes.</summary>
    MoreHead,

    /// <summary>It becomes one when its body is there.</summary>
    MoreBody,

    /// <summary>It may be a request or none: the server has to say.</summary>
    Other,
}

/// <summary>
/// A request that can be read in one way only: taken apart by Kestrel's parser, and then all of it from a short list of what is
/// allowed. Whatever is not on it is <see cref="PlainVerdict.Other"/>, and none of its bytes is used: chunks, expectations,
/// escapes in the target, a header twice that must be there once, bytes beyond ASCII. Used again for the next request.
/// </summary>
internal sealed class PlainRequest(LimitOptions limits) : IHttpRequestLineHandler, IHttpHeadersHandler
{
    private const int MostHeadBytes = 8 * 1024;
    private const int LongestLength = 9;

    private static readonly HttpParser<PlainRequest> Parser = new(showErrorDetails: false);
    private static readonly SearchValues<byte> TargetBytes = SearchValues.Create("/?&=-._~:,+@ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"u8);
    private static readonly SearchValues<byte> HostBytes = SearchValues.Create("-.:ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"u8);
    private static readonly SearchValues<byte> NameBytes = SearchValues.Create("-_ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"u8);
    private static readonly SearchValues<byte> ValueBytes = SearchValues.Create([.. Enumerable.Range(' ', '~' - ' ' + 1).Select(b => (byte)b)]);

    private ReadOnlyMemory<byte> _bytes;
    private HeaderPlace[] _headers = new HeaderPlace[12];
    private int _count;
    private int _head;
    private bool _plain;
    private Range _target;
    private HeaderPlace? _host;
    private HeaderPlace? _requestId;
    private HeaderPlace? _trace;
    private long? _length;
    private bool _saysConnection;

    public string Method { get; private set; } = "";

    public ReadOnlySpan<byte> Target => _bytes.Span[_target];

    public ReadOnlySpan<byte> Host => Value(_host);

    /// <summary>Empty when it has none.</summary>
    public ReadOnlySpan<byte> RequestId => Value(_requestId);

    /// <inheritdoc cref="RequestId"/>
    public ReadOnlySpan<byte> TraceParent => Value(_trace);

    public long? ContentLength => _length;

    /// <summary>The connection is to end after it.</summary>
    public bool Closes { get; private set; }

    public ReadOnlySpan<HeaderPlace> Headers => _headers.AsSpan(0, _count);

    /// <summary>Which the places count into.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes.Span;

    public ReadOnlyMemory<byte> Body => _bytes.Slice(_head, (int)(_length ?? 0));

    /// <summary>Its bytes, body included.</summary>
    public int Length => _head + (int)(_length ?? 0);

    /// <param name="most">Bytes of the body; more is not plain.</param>
    public PlainVerdict Read(ReadOnlyMemory<byte> received, int most)
    {
        var bytes = received.Span;
        var end = bytes.IndexOf("\r\n\r\n"u8);
        if (end < 0) return bytes.Length < MostHeadBytes ? PlainVerdict.MoreHead : PlainVerdict.Other;
        Clear(received, end + 4);
        if (_head > Math.Min(MostHeadBytes, limits.MaxHeaderBytes) || HasBareLineFeed(bytes[.._head]) || !Parse()) return PlainVerdict.Other;
        if (_length > most) return PlainVerdict.Other;
        return bytes.Length < Length ? PlainVerdict.MoreBody : PlainVerdict.Plain;
    }

    void IHttpRequestLineHandler.OnStartLine(HttpVersionAndMethod versionAndMethod, TargetOffsetPathLength targetPath, Span<byte> startLine)
    {
        var target = startLine[targetPath.Offset..];
        Method = versionAndMethod.Method switch
        {
            HttpMethod.Get => HttpMethods.Get,
            HttpMethod.Post => HttpMethods.Post,
            HttpMethod.Put => HttpMethods.Put,
            HttpMethod.Delete => HttpMethods.Delete,
            HttpMethod.Patch => HttpMethods.Patch,
            _ => "",
        };
        _plain &= Method.Length > 0 && versionAndMethod.Version == HttpVersion.Http11
            && target.Length > 0 && target[0] == '/' && !target.ContainsAnyExcept(TargetBytes)
            && startLine.Length + " HTTP/1.1\r\n".Length <= limits.MaxRequestLineBytes;
        var start = Offset(target);
        _target = start..(start + target.Length);
    }

    void IHttpHeadersHandler.OnHeader(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        _plain &= _count < limits.MaxHeaderCount && name.Length > 0 && value.Length > 0 && !name.ContainsAnyExcept(NameBytes) && !value.ContainsAnyExcept(ValueBytes);
        if (!_plain) return;
        if (_count == _headers.Length) Array.Resize(ref _headers, _count * 2);
        var place = new HeaderPlace(Offset(name), name.Length, Offset(value), value.Length);
        _headers[_count++] = place;
        _plain = Note(name, value, place);
    }

    void IHttpHeadersHandler.OnHeadersComplete(bool endStream)
    {
        // Whether they are complete, the parser's answer says.
    }

    void IHttpHeadersHandler.OnStaticIndexedHeader(int index) => throw new NotSupportedException("HTTP/1.1 has no table of headers.");

    void IHttpHeadersHandler.OnStaticIndexedHeader(int index, ReadOnlySpan<byte> value) => throw new NotSupportedException("HTTP/1.1 has no table of headers.");

    /// <returns>False when it makes the request another reader's.</returns>
    private bool Note(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, HeaderPlace place)
    {
        switch (name.Length)
        {
            case 4 when Ascii.EqualsIgnoreCase(name, "Host"u8):
                return Once(ref _host, place) && !value.ContainsAnyExcept(HostBytes);
            case 6 when Ascii.EqualsIgnoreCase(name, "Expect"u8):
            case 7 when Ascii.EqualsIgnoreCase(name, "Upgrade"u8):
            case 17 when Ascii.EqualsIgnoreCase(name, "Transfer-Encoding"u8):
                return false;
            case 10 when Ascii.EqualsIgnoreCase(name, "Connection"u8):
                return NoteConnection(value);
            case 11 when Ascii.EqualsIgnoreCase(name, "traceparent"u8):
                return Once(ref _trace, place);
            case 12 when Ascii.EqualsIgnoreCase(name, "X-Request-Id"u8):
                return Once(ref _requestId, place);
            case 14 when Ascii.EqualsIgnoreCase(name, "Content-Length"u8):
                return NoteLength(value);
            default:
                return true;
        }
    }

    private bool NoteConnection(ReadOnlySpan<byte> value)
    {
        if (_saysConnection) return false;
        _saysConnection = true;
        Closes = Ascii.EqualsIgnoreCase(value, "close"u8);
        return Closes || Ascii.EqualsIgnoreCase(value, "keep-alive"u8);
    }

    private bool NoteLength(ReadOnlySpan<byte> value)
    {
        if (_length is not null || value.Length > LongestLength || value.ContainsAnyExceptInRange((byte)'0', (byte)'9')) return false;
        var length = 0;
        foreach (var digit in value) length = (length * 10) + digit - '0';
        _length = length;
        return true;
    }

    private static bool Once(ref HeaderPlace? place, HeaderPlace seen)
    {
        if (place is not null) return false;
        place = seen;
        return true;
    }

    private bool Parse()
    {
        var reader = new SequenceReader<byte>(new ReadOnlySequence<byte>(_bytes[.._head]));
        try
        {
            return Parser.ParseRequestLine(this, ref reader) && Parser.ParseHeaders(this, ref reader) && reader.End && _plain && _host is not null;
        }
        catch (Microsoft.AspNetCore.Http.BadHttpRequestException)
        {
            return false;
        }
    }

    private void Clear(ReadOnlyMemory<byte> bytes, int head)
    {
        (_bytes, _head, _count, _plain, _length, _saysConnection, Closes) = (bytes, head, 0, true, null, false, false);
        (_host, _requestId, _trace) = (null, null, null);
    }

    /// <summary>The parser has a switch by which it takes them for ends of lines.</summary>
    private static bool HasBareLineFeed(ReadOnlySpan<byte> head) => head.Count((byte)'\n') != head.Count("\r\n"u8);

    private ReadOnlySpan<byte> Value(HeaderPlace? place) => place is { } at ? _bytes.Span.Slice(at.Value, at.ValueLength) : default;

    // The parser hands out parts of what it was given. Were it ever to copy them, the request would not be plain.
    private int Offset(ReadOnlySpan<byte> part)
    {
        var offset = Unsafe.ByteOffset(ref MemoryMarshal.GetReference(_bytes.Span), ref MemoryMarshal.GetReference(part));
        if (offset >= 0 && offset + part.Length <= _head) return (int)offset;
        _plain = false;
        return 0;
    }
}
