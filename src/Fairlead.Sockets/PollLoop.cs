using System.Collections.Concurrent;
using System.Diagnostics;
using System.IO.Pipelines;

namespace Fairlead.Sockets;

/// <summary>
/// One thread that waits for its connections' events and handles them where it is: a request of microseconds is read, run
/// and answered without a change of thread. It polls for a moment before it sleeps when that has paid of late: waking a
/// processor that sleeps costs more than such a request.
/// </summary>
internal sealed class PollLoop : PipeScheduler, IDisposable
{
    private const int EventsAtOnce = 128;
    private static readonly long SpinTicks = Stopwatch.Frequency / 1_000_000 * 40;

    [ThreadStatic]
    private static PollLoop? _current;

    private readonly int _epoll = Epoll.Create();
    private readonly int _wake = Epoll.CreateEvent();
    private readonly Lock _joining = new();
    private readonly ConcurrentQueue<(Action<object?> Action, object? State)> _posted = [];
    private readonly Thread _thread;
    private readonly SpinBudget _spins = new();
    private readonly Func<bool>? _givesWay;
    private readonly WakeUps _wakeUps = new();
    private IPolled?[] _connections = new IPolled?[64];
    private int _signalled;
    private volatile bool _stopped;

    /// <param name="givesWay">
    /// True while whoever handles the events has better use for the processor: then it is neither kept by polling nor taken
    /// at once when something arrives. Null when it never has.
    /// </param>
    public PollLoop(int number, Func<bool>? givesWay)
    {
        (Number, _givesWay) = (number, givesWay);
        Epoll.Control(_epoll, Epoll.Add, _wake, Epoll.In);
        _thread = new Thread(Run) { IsBackground = true, Name = $"poll {number}" };
        _thread.Start();
    }

    /// <summary>The loop that the caller runs on; null on any other thread.</summary>
    public static PollLoop? Current => _current;

    /// <summary>Counted from 0.</summary>
    public int Number { get; }

    public BlockPool Memory { get; } = new();

    /// <summary>For the loop's thread alone.</summary>
    public LoopDeadlines Deadlines { get; } = new(TimeProvider.System);

    /// <summary>Awaited, goes on on the loop's thread: at once when it is there already.</summary>
    public LoopEntry EnterAsync() => new(this);

    /// <summary>Runs the action on the loop's thread, after the events at hand.</summary>
    public override void Schedule(Action<object?> action, object? state)
    {
        _posted.Enqueue((action, state));
        if (Interlocked.Exchange(ref _signalled, 1) == 0) Epoll.Signal(_wake);
    }

    public void Add(IPolled connection) => Add(connection, Epoll.In | Epoll.Out | Epoll.PeerClosed | Epoll.EdgeTriggered);

    /// <param name="events">As of epoll_ctl(2).</param>
    public void Add(IPolled connection, uint events)
    {
        lock (_joining)
        {
            // Read without the lock: the old table stays right for whoever is looking into it.
            if (connection.Descriptor >= _connections.Length)
            {
                var larger = new IPolled?[Math.Max(connection.Descriptor + 1, _connections.Length * 2)];
                _connections.CopyTo(larger, 0);
                Volatile.Write(ref _connections, larger);
            }

            _connections[connection.Descriptor] = connection;
        }

        Epoll.Control(_epoll, Epoll.Add, connection.Descriptor, events);
    }

    /// <summary>Gives the events of a descriptor to another object from here on. On the loop's thread.</summary>
    public void Replace(IPolled connection, IPolled by)
    {
        lock (_joining)
        {
            if (_connections[connection.Descriptor] == connection) _connections[connection.Descriptor] = by;
        }
    }

    /// <summary>All of one kind that it has now. On the loop's thread.</summary>
    public IReadOnlyList<T> All<T>() => [.. _connections.OfType<T>()];

    /// <summary>On the loop's thread: no event that is already at hand then finds another connection with the same number.</summary>
    public void Remove(IPolled connection)
    {
        lock (_joining)
        {
            if (_connections[connection.Descriptor] != connection) return;
            _connections[connection.Descriptor] = null;
        }

        Epoll.Control(_epoll, Epoll.Remove, connection.Descriptor, 0);
    }

    public void Dispose()
    {
        _stopped = true;
        Epoll.Signal(_wake);
        _thread.Join();
        foreach (var connection in _connections) (connection as IDisposable)?.Dispose();
        _ = Epoll.Close(_wake);
        _ = Epoll.Close(_epoll);
        Memory.Dispose();
    }

    private void Run()
    {
        Span<Epoll.Event> events = stackalloc Epoll.Event[EventsAtOnce];
        _current = this;
        while (!_stopped) Turn(events);
    }

    // A method of its own: one that is called again and again is compiled again, better; a loop that never returns is not.
    private void Turn(Span<Epoll.Event> events)
    {
        var count = Poll(events);
        for (var i = 0; i < count; i++)
        {
            if (events[i].Descriptor == _wake) Epoll.Clear(_wake);
            else Volatile.Read(ref _connections)[events[i].Descriptor]?.OnEvents(events[i].Events);
        }

        RunPosted();
        Deadlines.LetFall();
    }

    private int Poll(Span<Epoll.Event> events)
    {
        var givesWay = _givesWay?.Invoke() == true;
        _wakeUps.Set(calm: givesWay);
        if (_spins.Take(givesWay))
        {
            var started = Stopwatch.GetTimestamp();
            do
            {
                var count = Epoll.Wait(_epoll, events, 0);
                if (count != 0)
                {
                    _spins.Paid();
                    return count;
                }

                _ = Epoll.Yield();
            }
            while (Stopwatch.GetTimestamp() - started < SpinTicks);
            _spins.Wasted();
        }

        return Epoll.Wait(_epoll, events, Deadlines.MillisecondsLeft());
    }

    private void RunPosted()
    {
        if (Volatile.Read(ref _signalled) == 0) return;
        Volatile.Write(ref _signalled, 0);
        Interlocked.MemoryBarrier();
        while (_posted.TryDequeue(out var posted)) posted.Action(posted.State);
    }
}
