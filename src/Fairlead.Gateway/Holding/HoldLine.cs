namespace Fairlead.Gateway.Holding;

internal enum HoldAnswer
{
    /// <summary>Nobody waits and there are replicas.</summary>
    Go,
    Wait,

    /// <summary>As many wait as may.</summary>
    Full,
}

/// <summary>
/// The requests of one deployment that wait for its first replica. They are let go in the order in which they came: the next goes
/// when the one before is on its way. Who comes while some still wait lines up behind them.
/// </summary>
internal sealed class HoldLine(HoldRoom room)
{
    private readonly Lock _gate = new();
    private readonly LinkedList<HeldRequest> _waiting = new();
    private HeldRequest? _next;
    private int _out;
    private bool _open = true;
    private volatile int _count;

    public int Count => _count;

    /// <summary>Who sees a request here sees it counted in <see cref="HoldRoom.Sequence"/> too.</summary>
    public bool AnyTold
    {
        get
        {
            lock (_gate) return _waiting.Count > 0;
        }
    }

    public int Most => room.Options.MaxRequests;

    /// <summary>Again when it was let go and found the replicas gone: then it is the first.</summary>
    public HoldAnswer Join(HeldRequest request)
    {
        lock (_gate)
        {
            var again = request.IsOut;
            if (again) TakeBack(request);
            else if (_open && _waiting.Count == 0) return HoldAnswer.Go;
            if ((!again && _waiting.Count >= room.Options.MaxRequests) || !room.TryTake(request.Bytes)) return HoldAnswer.Full;
            request.WaitAnew();
            if (again) _waiting.AddFirst(request.Place);
            else _waiting.AddLast(request.Place);
            _count = _waiting.Count;
            if (_count == 1) room.Tell();
        }

        LetGo();
        return HoldAnswer.Wait;
    }

    /// <summary>Whether there is somewhere to go, if only to learn that there is nothing.</summary>
    public void Open(bool open)
    {
        lock (_gate) _open = open;
        LetGo();
    }

    public void Pass(HeldRequest request)
    {
        lock (_gate)
        {
            if (_next != request) return;
            _next = null;
        }

        LetGo();
    }

    public void Leave(HeldRequest request)
    {
        lock (_gate)
        {
            if (request.Place.List is not null) Remove(request);
            else if (request.IsOut) TakeBack(request);
        }

        LetGo();
    }

    private void LetGo()
    {
        HeldRequest next;
        lock (_gate)
        {
            if (!_open || _next is not null || _out >= room.Options.LetGoAtOnce || _waiting.First is not { } first) return;
            next = first.Value;
            Remove(next);
            (_next, next.IsOut) = (next, true);
            _out++;
        }

        next.Wake();
    }

    private void Remove(HeldRequest request)
    {
        _waiting.Remove(request.Place);
        _count = _waiting.Count;
        room.Return(request.Bytes);
    }

    private void TakeBack(HeldRequest request)
    {
        request.IsOut = false;
        _out--;
        if (_next == request) _next = null;
    }
}
