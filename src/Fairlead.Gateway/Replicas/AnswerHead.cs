namespace Fairlead.Gateway.Replicas;

internal enum BodyFraming
{
    None,
    Length,
    Chunked,

    /// <summary>As long as the connection lasts.</summary>
    UntilClose,
}

/// <summary>Where one header of an answer lies, counted from the head's first byte.</summary>
internal readonly record struct HeaderPlace(int Name, int NameLength, int Value, int ValueLength);

/// <summary>The start of a replica's answer: what it says about its body and its connection, and where its headers lie. Used again for the next answer.</summary>
internal sealed class AnswerHead
{
    public const int MostHeaders = 128;

    private readonly HeaderPlace[] _headers = new HeaderPlace[MostHeaders];
    private int _count;

    public int Status { get; set; }

    public BodyFraming Framing { get; set; }

    /// <summary>As the replica states it, also where no body follows; -1 when it does not.</summary>
    public long Length { get; set; }

    /// <summary>Another request may follow on the connection.</summary>
    public bool KeepsAlive { get; set; }

    /// <summary>A replica that sheds load says when to come again.</summary>
    public bool SaysRetryAfter { get; set; }

    /// <summary>A Connection header lists other headers than its own options.</summary>
    public bool NamesHeaders { get; set; }

    public ReadOnlySpan<HeaderPlace> Headers => _headers.AsSpan(0, _count);

    public void Clear(int status)
    {
        (Status, Framing, Length, KeepsAlive, SaysRetryAfter, NamesHeaders, _count) = (status, BodyFraming.UntilClose, -1, true, false, false, 0);
    }

    /// <returns>False when there is no place left.</returns>
    public bool Add(HeaderPlace header)
    {
        if (_count == MostHeaders) return false;
        _headers[_count++] = header;
        return true;
    }
}
