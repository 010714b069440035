using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Fairlead.Sockets;

/// <summary>
/// A connection that was opened from here, on a <see cref="PollLoop"/>: bytes are sent and received where the caller is, which
/// is the loop's thread, and nothing is buffered. Everything here is for that thread alone.
/// </summary>
internal sealed class OutgoingConnection : IPolled
{
    private readonly PollLoop _loop;
    private readonly LoopSignal _readable = new();
    private readonly LoopSignal _writable = new();
    private readonly PieceSender _sender = new();
    private bool _mayRead;
    private bool _peerEnded;
    private bool _closed;

    private OutgoingConnection(PollLoop loop, int descriptor)
    {
        (_loop, Descriptor) = (loop, descriptor);
        loop.Add(this);
    }

    public int Descriptor { get; }

    /// <summary>Called when something can be received while nobody waits for it.</summary>
    public Action? Unasked { get; set; }

    /// <summary>There may be something to receive: bytes, the end, or an error.</summary>
    public bool MayReceive => _mayRead;

    /// <summary>Why it broke; 0 when it did not.</summary>
    public int Error { get; private set; }

    public string Reason => Error == 0 ? "it ended" : Marshal.GetPInvokeErrorMessage(Error);

    /// <summary>Begins to connect; whether it did is known once <see cref="WritableAsync"/> has completed, from <see cref="Connected"/>.</summary>
    public static OutgoingConnection Open(PollLoop loop, EndPoint address)
    {
        var descriptor = Epoll.CreateSocket(address.AddressFamily);
        var error = Epoll.Connect(descriptor, address.Serialize());
        return new OutgoingConnection(loop, descriptor) { Error = error };
    }

    /// <summary>False with <see cref="Error"/> set when nobody accepted.</summary>
    public bool Connected()
    {
        if (Error == 0) Error = Epoll.SocketError(Descriptor);
        return Error == 0;
    }

    public void OnEvents(uint events)
    {
        if (_closed) return;
        if ((events & (Epoll.PeerClosed | Epoll.HangUp | Epoll.Error)) != 0) _peerEnded = true;
        if ((events & (Epoll.Out | Epoll.HangUp | Epoll.Error)) != 0) _writable.Set();
        if (_closed || (events & (Epoll.In | Epoll.PeerClosed | Epoll.HangUp | Epoll.Error)) == 0) return;
        _mayRead = true;
        if (!_readable.Set()) Unasked?.Invoke();
    }

    /// <summary>Completes with something to receive, or with <see cref="Wake"/>.</summary>
    public ValueTask ReadableAsync() => _mayRead ? default : _readable.WaitAsync();

    /// <summary>Completes with room to send, with the end of connecting, or with <see cref="Wake"/>.</summary>
    public ValueTask WritableAsync() => _writable.WaitAsync();

    /// <summary>Lets whoever waits go on without what they wait for.</summary>
    public void Wake()
    {
        _writable.Set();
        _readable.Set();
    }

    /// <summary>How many bytes; 0 when there are none for now, -1 at the end or, with <see cref="Error"/> set, when it broke.</summary>
    public int Receive(Span<byte> target)
    {
        while (true)
        {
            var count = Epoll.Receive(Descriptor, target);
            if (count > 0)
            {
                // A shorter answer than asked for says that nothing is left; what comes after it is a new event. The end is none.
                if (count < target.Length && !_peerEnded) _mayRead = false;
                return count;
            }

            if (count == 0) return -1;
            var error = Marshal.GetLastPInvokeError();
            if (error == Epoll.Interrupted) continue;
            if (error == Epoll.TryAgain)
            {
                _mayRead = false;
                return 0;
            }

            Error = error;
            return -1;
        }
    }

    /// <summary>How many bytes were taken, 0 when there is no room for now, -1 with <see cref="Error"/> set when it broke.</summary>
    public int Send(in ReadOnlySequence<byte> bytes)
    {
        while (true)
        {
            var count = _sender.Send(Descriptor, bytes);
            if (count >= 0) return count;
            var error = Marshal.GetLastPInvokeError();
            if (error == Epoll.Interrupted) continue;
            if (error == Epoll.TryAgain) return 0;
            Error = error;
            return -1;
        }
    }

    /// <inheritdoc cref="Send(in ReadOnlySequence{byte})"/>
    public int Send(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        while (true)
        {
            var count = second.IsEmpty ? Epoll.Send(Descriptor, first) : Epoll.Send(Descriptor, first, second);
            if (count >= 0) return count;
            var error = Marshal.GetLastPInvokeError();
            if (error == Epoll.Interrupted) continue;
            if (error == Epoll.TryAgain) return 0;
            Error = error;
            return -1;
        }
    }

    public void Close()
    {
        if (_closed) return;
        _closed = true;
        _loop.Remove(this);
        _ = Epoll.Close(Descriptor);
        Wake();
    }
}
