using System.Globalization;
using System.Text;
using Fairlead.Gateway.Forwarding;
using Fairlead.Gateway.Replicas;
using Microsoft.AspNetCore.WebUtilities;

namespace Fairlead.Gateway.Express;

/// <summary>An answer's head as a client gets it, written as bytes.</summary>
internal static class PlainAnswer
{
    [ThreadStatic]
    private static (long Second, byte[] Line)? _date;

    /// <summary>A replica's, with its headers as it wrote them but for those that end here.</summary>
    /// <param name="bytes">What the head's places count into.</param>
    /// <returns>Whether the body has to be sent in chunks.</returns>
    public static bool Write(ref ByteWriter to, AnswerHead head, ReadOnlySpan<byte> bytes, string requestId, bool closes)
    {
        Status(ref to, head.Status);
        var dated = false;
        foreach (var header in head.Headers)
        {
            var name = bytes.Slice(header.Name, header.NameLength);
            if (!HeaderRules.PassesToClient(name) || (head.NamesHeaders && IsNamed(head, bytes, name))) continue;
            dated |= header.NameLength == 4 && Ascii.EqualsIgnoreCase(name, "Date"u8);
            to.Add(bytes[header.Name..(header.Value + header.ValueLength)]);
            to.Add("\r\n"u8);
        }

        if (!dated) Date(ref to);
        var chunked = head.Length < 0 && head.Framing != BodyFraming.None;
        if (chunked) to.Add("Transfer-Encoding: chunked\r\n"u8);

        // RFC 9110, 8.6: 204 has none, whatever the replica says.
        else if (head.Length >= 0 && head.Status != StatusCodes.Status204NoContent) Length(ref to, head.Length);
        End(ref to, requestId, closes);
        return chunked;
    }

    /// <summary>One of the gateway's own, body included.</summary>
    public static void WriteOwn(ref ByteWriter to, int status, ReadOnlySpan<byte> json, string requestId, bool closes)
    {
        Status(ref to, status);
        to.Add("Content-Type: application/json\r\n"u8);
        if (status == StatusCodes.Status503ServiceUnavailable) to.Add("Retry-After: 1\r\n"u8);
        Date(ref to);
        Length(ref to, json.Length);
        End(ref to, requestId, closes);
        to.Add(json);
    }

    private static void Status(ref ByteWriter to, int status)
    {
        if (status == StatusCodes.Status200OK)
        {
            to.Add("HTTP/1.1 200 OK\r\n"u8);
            return;
        }

        to.Add("HTTP/1.1 "u8);
        to.Add(status);
        to.Add(" "u8);
        to.Add(ReasonPhrases.GetReasonPhrase(status));
        to.Add("\r\n"u8);
    }

    private static void Length(ref ByteWriter to, long length)
    {
        to.Add("Content-Length: "u8);
        to.Add(length);
        to.Add("\r\n"u8);
    }

    private static void End(ref ByteWriter to, string requestId, bool closes)
    {
        to.Add("X-Request-Id: "u8);
        to.Add(requestId);
        to.Add(closes ? "\r\nConnection: close\r\n\r\n"u8 : "\r\n\r\n"u8);
    }

    private static void Date(ref ByteWriter to)
    {
        var now = TimeProvider.System.GetUtcNow();
        var second = now.Ticks / TimeSpan.TicksPerSecond;
        if (_date is not { } known || known.Second != second) _date = known = (second, Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"Date: {now:r}\r\n")));
        to.Add(known.Line);
    }

    /// <summary>Whether the answer's Connection lists it, which makes any header hop-by-hop.</summary>
    private static bool IsNamed(AnswerHead head, ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> name)
    {
        foreach (var header in head.Headers)
        {
            if (!Ascii.EqualsIgnoreCase(bytes.Slice(header.Name, header.NameLength), "Connection"u8)) continue;
            var value = bytes.Slice(header.Value, header.ValueLength);
            foreach (var range in value.Split((byte)','))
            {
                if (Ascii.EqualsIgnoreCase(value[range].Trim(" \t"u8), name)) return true;
            }
        }

        return false;
    }
}
