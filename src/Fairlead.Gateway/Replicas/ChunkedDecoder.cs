namespace Fairlead.Gateway.Replicas;

internal enum ChunkStep
{
    /// <summary>All input was used; more is needed.</summary>
    More,
    Bytes,
    End,
    Malformed,
}

/// <summary>Takes the framing off a chunked body (RFC 9112, 7.1), whatever pieces it comes in. Extensions and trailers are passed over.</summary>
internal struct ChunkedDecoder
{
    private const int MostLineBytes = 4096;
    private const int MostTrailerBytes = 16 * 1024;

    private State _state;
    private long _left;
    private int _seen;
    private int _trailer;

    private enum State
    {
        FirstDigit,
        Digits,
        Extension,
        SizeFeed,
        Bytes,
        BytesReturn,
        BytesFeed,
        LineStart,
        Line,
        LineFeed,
        LastFeed,
    }

    /// <param name="consumed">How much of the input is done with, the bytes included.</param>
    /// <param name="bytes">Where in the input the body's next bytes lie.</param>
    public ChunkStep Read(ReadOnlySpan<byte> input, out int consumed, out Range bytes)
    {
        bytes = default;
        for (consumed = 0; consumed < input.Length;)
        {
            if (_state == State.Bytes)
            {
                var count = (int)Math.Min(_left, input.Length - consumed);
                bytes = consumed..(consumed + count);
                consumed += count;
                _left -= count;
                if (_left == 0) _state = State.BytesReturn;
                return ChunkStep.Bytes;
            }

            if (!Take(input[consumed++])) return ChunkStep.Malformed;
            if (_state == State.LastFeed && input[consumed - 1] == '\n') return ChunkStep.End;
        }

        return ChunkStep.More;
    }

    private bool Take(byte next) => _state switch
    {
        State.FirstDigit => TakeDigit(next),
        State.Digits => next switch
        {
            (byte)'\r' => To(State.SizeFeed),
            (byte)';' or (byte)' ' or (byte)'\t' => To(State.Extension),
            _ => TakeDigit(next),
        },
        State.Extension => next == '\r' ? To(State.SizeFeed) : next is not ((byte)'\n' or 0) && ++_seen < MostLineBytes,
        State.SizeFeed => next == '\n' && To(_left == 0 ? State.LineStart : State.Bytes),
        State.BytesReturn => next == '\r' && To(State.BytesFeed),
        State.BytesFeed => next == '\n' && To(State.FirstDigit),
        State.LineStart => next == '\r' ? To(State.LastFeed) : TakeTrailer(next) && To(State.Line),
        State.Line => next == '\r' ? To(State.LineFeed) : TakeTrailer(next),
        State.LineFeed => next == '\n' && To(State.LineStart),
        _ => next == '\n',
    };

    private bool TakeDigit(byte next)
    {
        // 15 digits: no size overflows.
        if (!char.IsAsciiHexDigit((char)next) || ++_seen > 15) return false;
        _left = (_left << 4) + (next <= '9' ? next - '0' : (next | 0x20) - 'a' + 10);
        _state = State.Digits;
        return true;
    }

    private bool TakeTrailer(byte next) => next is not ((byte)'\n' or 0) && ++_trailer < MostTrailerBytes;

    private bool To(State state)
    {
        if (state is State.FirstDigit) (_left, _seen) = (0, 0);
        _state = state;
        return true;
    }
}
