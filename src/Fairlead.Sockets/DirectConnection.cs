using System.Buffers;
using System.Net;
using System.Runtime.InteropServices;

namespace Fairlead.Sockets;

/// <summary>What became of bytes that were received.</summary>
internal enum DirectStep
{
    /// <summary>They are the beginning of something.</summary>
    More,

    /// <summary>They are being answered; <see cref="DirectConnection.Complete"/> follows, or did.</summary>
    Taken,

    /// <summary>Somebody else has to read them.</summary>
    HandOver,
}

/// <summary>
/// A connection whose requests are read and answered on its <see cref="PollLoop"/>'s thread without a pipe or a server above
/// it, one after the other. What its reader does not want to read goes to the server, connection and all, with every byte as
/// it came. Memory is rented when something arrives and given back when it is answered. On the loop's thread alone.
/// </summary>
internal abstract class DirectConnection : IPolled, IPolledConnectionFeature, IDisposable
{
    private const int FirstBytes = 4096;

    // What a reader has neither taken by then nor knows the length of goes to the server.
    private const int MostUnknown = 32 << 10;

    // Who takes longer to send a request is the server's, which has deadlines and least rates for such.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan RestPatience = TimeSpan.FromSeconds(1);

    private readonly LoopListener _home;
    private readonly Deadline _limit;
    private readonly LoopSignal _writable = new();
    private byte[] _buffer = [];
    private int _start;
    private int _end;
    private int _wanted;
    private int _held;
    private bool _mayRead;
    private bool _peerEnded;
    private bool _taken;
    private bool _advancing;
    private TimeSpan? _partial;
    private bool _closesNext;
    private bool _aborted;

    protected DirectConnection(LoopListener home, PollLoop loop, int descriptor)
    {
        (_home, Loop, Descriptor) = (home, loop, descriptor);
        _limit = new Deadline(static state => ((DirectConnection)state!).OnLimit(), this);
    }

    public int Descriptor { get; }

    public PollLoop Loop { get; }

    public IConnectionWatcher? Watcher { get; set; }

    /// <summary>It is no longer this object's.</summary>
    protected bool IsGone { get; private set; }

    /// <summary>From another thread too; its first event is on the loop.</summary>
    public void Start() => Loop.Add(this);

    public void OnEvents(uint events)
    {
        if (IsGone) return;
        if ((events & (Epoll.PeerClosed | Epoll.HangUp | Epoll.Error)) != 0) _peerEnded = true;
        if ((events & (Epoll.Out | Epoll.HangUp | Epoll.Error)) != 0) _writable.Set();
        if (IsGone) return;
        if ((events & (Epoll.In | Epoll.PeerClosed | Epoll.HangUp | Epoll.Error)) != 0) _mayRead = true;
        if (_taken)
        {
            if (_peerEnded) Watcher?.OnPeerGone();
            return;
        }

        // With its first event, which says that it can be written to, its time of idleness begins.
        if (_mayRead || _limit.Line is null) Advance();
    }

    /// <summary>Closes it when it is idle, else with its answer.</summary>
    public void End()
    {
        _closesNext = true;
        if (IsGone || _taken || _start < _end) return;

        // What has arrived meanwhile is still answered.
        _mayRead = true;
        Advance();
    }

    /// <summary>Ends it as it is: whoever writes to it is told.</summary>
    public void Abort()
    {
        _aborted = true;
        _writable.Set();
    }

    /// <summary>Ends it at once, with what is being answered on it.</summary>
    public void Cut()
    {
        var watcher = Watcher;
        Close();
        watcher?.OnPeerGone();
    }

    /// <summary>What is left when the loop ends.</summary>
    public void Dispose() => Close();

    /// <summary>The peer's address; null when it has gone.</summary>
    protected IPAddress? PeerAddress => Epoll.PeerAddress(Descriptor);

    /// <param name="received">All that is there; stays where it is until <see cref="Complete"/> when it is taken.</param>
    /// <param name="wanted">With <see cref="DirectStep.More"/>, how many bytes must be there to go on; 0 when that is not known yet.</param>
    protected abstract DirectStep Take(ReadOnlyMemory<byte> received, out int wanted);

    /// <summary>Whether so many bytes more may be held of a request that is larger than most.</summary>
    protected abstract bool TryHold(int bytes);

    /// <summary>They are held no longer.</summary>
    protected abstract void Release(int bytes);

    /// <summary>The connection must not be used for another request after this one.</summary>
    protected bool ClosesNext => _closesNext;

    /// <summary>The request is answered.</summary>
    /// <param name="consumed">How much of what was received belonged to it.</param>
    protected void Complete(int consumed, bool close)
    {
        _taken = false;
        _start += consumed;
        if (_start == _end || IsGone) GiveBack();
        if (close || _closesNext || _aborted) Close();
        else if (!_advancing) Advance();
    }

    /// <summary>Called while <see cref="SendAsync"/> waits: the peer has taken some.</summary>
    protected abstract void OnProgress(int bytes);

    /// <summary>False when the peer takes no more. The bytes of <paramref name="first"/> are the caller's again when it completes.</summary>
    protected ValueTask<bool> SendAsync(ReadOnlyMemory<byte> first, ReadOnlyMemory<byte> second)
    {
        var count = Send(first.Span, second.Span);
        if (count < 0) return new(false);
        return count == first.Length + second.Length ? new(true) : SendRestAsync(first, second, count);
    }

    private async ValueTask<bool> SendRestAsync(ReadOnlyMemory<byte> first, ReadOnlyMemory<byte> second, int sent)
    {
        while (true)
        {
            var skipped = Math.Min(sent, first.Length);
            (first, second, sent) = (first[skipped..], second[(sent - skipped)..], 0);
            if (first.IsEmpty && second.IsEmpty) return true;
            await _writable.WaitAsync();
            sent = Send(first.Span, second.Span);
            if (sent < 0) return false;
            OnProgress(sent);
        }
    }

    private int Send(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        while (!_aborted && !IsGone)
        {
            var count = second.IsEmpty ? Epoll.Send(Descriptor, first) : first.IsEmpty ? Epoll.Send(Descriptor, second) : Epoll.Send(Descriptor, first, second);
            if (count >= 0) return count;
            var error = Marshal.GetLastPInvokeError();
            if (error == Epoll.TryAgain) return 0;
            if (error != Epoll.Interrupted) return -1;
        }

        return -1;
    }

    private void Advance()
    {
        _advancing = true;
        while (!IsGone && !_taken)
        {
            var there = _end - _start;
            if (there > 0 && there >= _wanted)
            {
                // It may be answered before this returns.
                (_taken, _wanted) = (true, 0);
                var step = Take(_buffer.AsMemory(_start, there), out var wanted);
                if (step == DirectStep.Taken) continue;
                (_taken, _wanted) = (false, wanted);
                if (step == DirectStep.HandOver || (wanted == 0 && there >= MostUnknown))
                {
                    HandOver();
                    break;
                }
            }

            if (!Receive()) break;
        }

        _advancing = false;
        if (IsGone) return;
        if (_taken) Loop.Deadlines.Clear(_limit);
        else if (_start == _end) Await(_home.IdleTime);
        else AwaitRest(_wanted == 0 ? Patience : RestPatience);
    }

    /// <summary>False when there is nothing for now, or no more at all.</summary>
    private bool Receive()
    {
        while (_mayRead)
        {
            if (!MakeRoom())
            {
                HandOver();
                return false;
            }

            var target = _buffer.AsSpan(_end);
            var count = Epoll.Receive(Descriptor, target);
            if (count > 0)
            {
                // A shorter answer than asked for says that nothing is left, and what comes after it is a new event; the end is none.
                if (count < target.Length && !_peerEnded) _mayRead = false;
                _end += count;
                return true;
            }

            var error = count == 0 ? 0 : Marshal.GetLastPInvokeError();
            if (error == Epoll.Interrupted) continue;
            if (error == Epoll.TryAgain)
            {
                _mayRead = false;
                break;
            }

            // Half a request that its peer has ended: the server says what is wrong with it.
            if (error == 0 && _start < _end) HandOver();
            else Close();
            return false;
        }

        if (_start == _end) GiveBack();
        if (_closesNext) Close();
        return false;
    }

    /// <summary>False when there is none.</summary>
    private bool MakeRoom()
    {
        if (_buffer.Length == 0) _buffer = ArrayPool<byte>.Shared.Rent(FirstBytes);
        if (_end < _buffer.Length && _buffer.Length - _start >= _wanted) return true;
        var there = _end - _start;
        var size = Math.Max(Math.Max(FirstBytes, there * 2), _wanted);
        if (size > FirstBytes && size > _held)
        {
            if (!TryHold(size - _held)) return false;
            _held = size;
        }

        var larger = ArrayPool<byte>.Shared.Rent(size);
        _buffer.AsSpan(_start, there).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        (_buffer, _start, _end) = (larger, 0, there);
        return true;
    }

    private void Await(TimeSpan limit)
    {
        _partial = null;
        Loop.Deadlines.Set(_limit, limit);
    }

    /// <param name="limit">For all of it, not for the next bytes of it.</param>
    private void AwaitRest(TimeSpan limit)
    {
        if (_partial == limit && _limit.Line is not null) return;
        _partial = limit;
        Loop.Deadlines.Set(_limit, limit);
    }

    private void OnLimit()
    {
        if (_partial is not null) HandOver();
        else Close();
    }

    private void HandOver()
    {
        IsGone = true;
        Loop.Deadlines.Clear(_limit);
        _home.HandOver(this, _buffer.AsSpan(_start, _end - _start));
        GiveBack();
    }

    private void GiveBack()
    {
        if (_buffer.Length > 0) ArrayPool<byte>.Shared.Return(_buffer);
        if (_held > 0) Release(_held);
        (_buffer, _start, _end, _held) = ([], 0, 0, 0);
    }

    private void Close()
    {
        if (IsGone) return;
        IsGone = true;
        Loop.Deadlines.Clear(_limit);
        Loop.Remove(this);
        _ = Epoll.Close(Descriptor);
        _writable.Set();
        if (!_taken) GiveBack();
        _home.Left(Loop);
    }
}
