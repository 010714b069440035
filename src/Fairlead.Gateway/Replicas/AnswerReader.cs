using System.Buffers;
using Fairlead.Gateway.Forwarding;
using Fairlead.Gateway.Retries;
using Fairlead.Sockets;

namespace Fairlead.Gateway.Replicas;

internal enum BodyStep
{
    Bytes,
    Complete,

    /// <summary>The replica broke off, or its framing is wrong.</summary>
    Cut,

    /// <summary>See <see cref="Interruption.Reason"/>.</summary>
    Interrupted,
}

/// <param name="Bytes">Valid until the next is asked for.</param>
internal readonly record struct BodyPart(BodyStep Step, ReadOnlyMemory<byte> Bytes);

/// <summary>Reads one answer after the other from a connection. On its loop's thread.</summary>
internal sealed class AnswerReader(OutgoingConnection wire)
{
    private const int HeadBytes = 16 * 1024;
    private const int LargeBytes = 64 * 1024;

    private byte[] _buffer = [];
    private int _start;
    private int _end;
    private int _head;
    private long _left;
    private ChunkedDecoder _chunks;
    private bool _complete;

    public AnswerHead Head { get; } = new();

    /// <summary>Which <see cref="Head"/>'s places count into.</summary>
    public ReadOnlySpan<byte> HeadBytesRead => _buffer.AsSpan(_head);

    /// <summary>Why there is no head.</summary>
    public string Reason { get; private set; } = "";

    /// <summary>The answer was read to its end, and nothing that nobody asked for came after it.</summary>
    public bool IsClean => _complete && _start == _end && !wire.MayReceive;

    /// <param name="bodiless">The request was HEAD.</param>
    /// <returns>None with a head; Broken, Malformed, or why waiting was interrupted.</returns>
    public async ValueTask<AttemptFailure> ReadHeadAsync(bool bodiless, Interruption stop)
    {
        (_start, _end, _head, _complete, _chunks) = (0, 0, 0, false, default);
        var searched = 0;
        while (true)
        {
            var length = AnswerHeadParser.FindEnd(_buffer.AsSpan(_start, _end - _start), searched);
            if (length < 0) return Fail(AttemptFailure.Malformed, "its head is too large or has bare line feeds");
            if (length > 0)
            {
                if (AnswerHeadParser.Read(_buffer.AsSpan(_start, length), bodiless, Head) is { } wrong) return Fail(AttemptFailure.Malformed, wrong);
                (_head, _start, searched) = (_start, _start + length, 0);

                // 100, 102, 103: the answer itself is still to come.
                if (Head.Status < 200) continue;
                (_left, _complete) = (Head.Length, Head.Framing == BodyFraming.None || (Head.Framing == BodyFraming.Length && Head.Length == 0));
                return AttemptFailure.None;
            }

            searched = _end - _start;
            while (!wire.MayReceive)
            {
                if (stop.Reason != AttemptFailure.None) return stop.Reason;
                await wire.ReadableAsync();
            }

            if (stop.Reason != AttemptFailure.None) return stop.Reason;
            if (Fill(HeadBytes) < 0) return Fail(AttemptFailure.Broken, wire.Error == 0 ? "it ended" : wire.Reason);
        }
    }

    /// <summary>What has arrived of the body, or the next of it.</summary>
    public async ValueTask<BodyPart> NextAsync(Interruption stop)
    {
        while (true)
        {
            if (_complete) return new BodyPart(BodyStep.Complete, default);
            if (TakeBuffered() is { } part) return part;
            (_start, _end) = (0, 0);
            while (!wire.MayReceive)
            {
                if (stop.Reason != AttemptFailure.None) return new BodyPart(BodyStep.Interrupted, default);
                await wire.ReadableAsync();
            }

            if (stop.Reason != AttemptFailure.None) return new BodyPart(BodyStep.Interrupted, default);
            if (Fill(LargeBytes) >= 0) continue;
            _complete = Head.Framing == BodyFraming.UntilClose && wire.Error == 0;
            if (!_complete) return new BodyPart(BodyStep.Cut, default);
        }
    }

    /// <summary>Reads over what has arrived of an answer that nobody wants.</summary>
    public void Skip()
    {
        while (!_complete && TakeBuffered() is { Step: BodyStep.Bytes })
        {
        }
    }

    /// <summary>Gives its memory back until the next answer.</summary>
    public void Release()
    {
        if (_buffer.Length > 0) ArrayPool<byte>.Shared.Return(_buffer);
        (_buffer, _start, _end) = ([], 0, 0);
    }

    /// <summary>Null when nothing is buffered.</summary>
    private BodyPart? TakeBuffered()
    {
        if (_start == _end) return null;
        return Head.Framing switch
        {
            BodyFraming.Chunked => TakeChunk(),
            BodyFraming.Length => Take((int)Math.Min(_left, _end - _start)),
            _ => Take(_end - _start),
        };
    }

    private BodyPart Take(int count)
    {
        var bytes = _buffer.AsMemory(_start, count);
        _start += count;
        if (Head.Framing == BodyFraming.Length) _complete = (_left -= count) == 0;
        return new BodyPart(BodyStep.Bytes, bytes);
    }

    private BodyPart? TakeChunk()
    {
        var step = _chunks.Read(_buffer.AsSpan(_start, _end - _start), out var consumed, out var range);
        var bytes = _buffer.AsMemory(_start, _end - _start)[range];
        _start += consumed;
        switch (step)
        {
            case ChunkStep.Bytes: return new BodyPart(BodyStep.Bytes, bytes);
            case ChunkStep.Malformed: return new BodyPart(BodyStep.Cut, default);
            case ChunkStep.End:
                _complete = true;
                return new BodyPart(BodyStep.Complete, default);
            default: return null;
        }
    }

    /// <summary>As <see cref="OutgoingConnection.Receive"/>, behind what is buffered.</summary>
    private int Fill(int wanted)
    {
        if (_end == _buffer.Length || (_end == 0 && _buffer.Length < wanted)) Grow(Math.Max(wanted, _buffer.Length * 2));
        var count = wire.Receive(_buffer.AsSpan(_end));
        if (count > 0) _end += count;
        return count;
    }

    private void Grow(int size)
    {
        var larger = ArrayPool<byte>.Shared.Rent(size);
        _buffer.AsSpan(0, _end).CopyTo(larger);
        if (_buffer.Length > 0) ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }

    private AttemptFailure Fail(AttemptFailure failure, string reason)
    {
        Reason = reason;
        return failure;
    }
}
