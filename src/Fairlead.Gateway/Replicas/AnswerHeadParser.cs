using System.Buffers;
using System.Text;

namespace Fairlead.Gateway.Replicas;

/// <summary>
/// Reads the head of an HTTP/1.x answer, strictly: what could be read in two ways is refused, since a client behind us might
/// read it in the other (RFC 9112, sections 4, 5 and 6.3).
/// </summary>
internal static class AnswerHeadParser
{
    /// <summary>A larger head is refused.</summary>
    public const int MostBytes = 32 * 1024;

    private static readonly SearchValues<byte> NameBytes = SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    // Everything but controls; HTAB is the one that is allowed.
    private static readonly SearchValues<byte> ValueBytes = SearchValues.Create([.. Enumerable.Range(0, 256).Where(b => b is 9 or (>= 32 and not 127)).Select(b => (byte)b)]);

    /// <summary>The head's length with the empty line at its end; 0 when more is needed, -1 when it cannot become one.</summary>
    /// <param name="from">Bytes that were searched before.</param>
    public static int FindEnd(ReadOnlySpan<byte> bytes, int from)
    {
        from = Math.Max(0, from - 3);
        var end = bytes[from..].IndexOf("\r\n\r\n"u8);
        if (end >= 0) return from + end + 4;
        if (bytes.Length >= MostBytes) return -1;

        // With bare line feeds the end would never be found, and the client would wait for nothing.
        for (var rest = from; rest < bytes.Length;)
        {
            var feed = bytes[rest..].IndexOf((byte)'\n');
            if (feed < 0) break;
            if (rest + feed == 0 || bytes[rest + feed - 1] != '\r') return -1;
            rest += feed + 1;
        }

        return 0;
    }

    /// <param name="bytes">A whole head, as <see cref="FindEnd"/> found it.</param>
    /// <param name="bodiless">The request was such that its answer has no body: HEAD.</param>
    /// <returns>What is wrong with it; null when nothing is.</returns>
    public static string? Read(ReadOnlySpan<byte> bytes, bool bodiless, AnswerHead head)
    {
        var lineEnd = bytes.IndexOf("\r\n"u8);
        if (!ReadStatus(bytes[..lineEnd], head, out var minor)) return "its status line is malformed";
        var chunked = false;
        for (var at = lineEnd + 2; ;)
        {
            var length = bytes[at..].IndexOf("\r\n"u8);
            if (length == 0) break;
            if (!ReadHeader(bytes.Slice(at, length), at, out var header)) return "a header is malformed";
            if (!head.Add(header)) return $"it has more than {AnswerHead.MostHeaders} headers";
            if (Note(bytes, header, head, ref chunked) is { } wrong) return wrong;
            at += length + 2;
        }

        return Frame(head, chunked, minor, bodiless);
    }

    /// <summary>"HTTP/1.1 200 OK"; the reason and the space before it may lack.</summary>
    private static bool ReadStatus(ReadOnlySpan<byte> line, AnswerHead head, out int minor)
    {
        minor = 0;
        if (line.Length < 12 || !line.StartsWith("HTTP/1."u8) || line[7] is not ((byte)'0' or (byte)'1') || line[8] != ' ') return false;
        minor = line[7] - '0';
        var status = 0;
        foreach (var digit in line[9..12])
        {
            if (!char.IsAsciiDigit((char)digit)) return false;
            status = (status * 10) + digit - '0';
        }

        if (status is < 100 or > 599 || (line.Length > 12 && line[12] != ' ') || line[12..].ContainsAnyExcept(ValueBytes)) return false;
        head.Clear(status);
        head.KeepsAlive = minor == 1;
        return true;
    }

    private static bool ReadHeader(ReadOnlySpan<byte> line, int at, out HeaderPlace header)
    {
        header = default;
        var colon = line.IndexOf((byte)':');
        if (colon <= 0 || line[..colon].ContainsAnyExcept(NameBytes) || line.ContainsAnyExcept(ValueBytes)) return false;
        var (start, end) = (colon + 1, line.Length);
        while (start < end && line[start] is (byte)' ' or (byte)'\t') start++;
        while (end > start && line[end - 1] is (byte)' ' or (byte)'\t') end--;
        header = new HeaderPlace(at, colon, at + start, end - start);
        return true;
    }

    /// <summary>Takes note of the headers that say how the answer is to be read.</summary>
    private static string? Note(ReadOnlySpan<byte> bytes, in HeaderPlace header, AnswerHead head, ref bool chunked)
    {
        var name = bytes.Slice(header.Name, header.NameLength);
        var value = bytes.Slice(header.Value, header.ValueLength);
        switch (header.NameLength)
        {
            case 10 when Ascii.EqualsIgnoreCase(name, "Connection"u8):
                NoteConnection(value, head);
                return null;
            case 11 when Ascii.EqualsIgnoreCase(name, "Retry-After"u8):
                head.SaysRetryAfter = true;
                return null;
            case 14 when Ascii.EqualsIgnoreCase(name, "Content-Length"u8):
                if (head.Length >= 0) return "it has two Content-Lengths";
                return ReadLength(value, head) ? null : "its Content-Length is no number";
            case 17 when Ascii.EqualsIgnoreCase(name, "Transfer-Encoding"u8):
                if (chunked || !Ascii.EqualsIgnoreCase(value, "chunked"u8)) return "its Transfer-Encoding is not 'chunked'";
                chunked = true;
                return null;
            default:
                return null;
        }
    }

    private static void NoteConnection(ReadOnlySpan<byte> value, AnswerHead head)
    {
        foreach (var range in value.Split((byte)','))
        {
            var option = value[range].Trim(" \t"u8);
            if (Ascii.EqualsIgnoreCase(option, "close"u8)) head.KeepsAlive = false;
            else if (!option.IsEmpty && !Ascii.EqualsIgnoreCase(option, "keep-alive"u8)) head.NamesHeaders = true;
        }
    }

    private static bool ReadLength(ReadOnlySpan<byte> value, AnswerHead head)
    {
        if (value.Length is 0 or > 18) return false;
        var length = 0L;
        foreach (var digit in value)
        {
            if (!char.IsAsciiDigit((char)digit)) return false;
            length = (length * 10) + digit - '0';
        }

        head.Length = length;
        return true;
    }

    private static string? Frame(AnswerHead head, bool chunked, int minor, bool bodiless)
    {
        if (chunked && (head.Length >= 0 || minor == 0)) return minor == 0 ? "it is chunked in HTTP/1.0" : "it has both Content-Length and Transfer-Encoding";
        if (head.Status == StatusCodes.Status101SwitchingProtocols) return "it changes the protocol, which nobody asked for";
        if (bodiless || head.Status is < 200 or 204 or 304) head.Framing = BodyFraming.None;
        else if (chunked) head.Framing = BodyFraming.Chunked;
        else if (head.Length >= 0) head.Framing = BodyFraming.Length;
        if (head.Framing == BodyFraming.UntilClose) head.KeepsAlive = false;
        return null;
    }
}
