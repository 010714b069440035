namespace Fairlead.ModelServer.Running;

/// <summary>
/// A thread that runs the model for one request after the other, as long as any waits: the next run begins where the last one
/// ended, and another thread answers. Woken only when there was none.
/// </summary>
internal sealed class RunThread
{
    private readonly RunQueue _queue;
    private readonly object _gate = new();
    private PendingRun? _next;
    private bool _ended;

    public RunThread(RunQueue queue, int number)
    {
        _queue = queue;
        new Thread(Run) { IsBackground = true, Name = $"run {number}" }.Start();
    }

    /// <summary>What it runs next. It must be idle.</summary>
    public void Give(PendingRun pending)
    {
        lock (_gate)
        {
            _next = pending;
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>It has nothing to run any more.</summary>
    public void End()
    {
        lock (_gate)
        {
            _ended = true;
            Monitor.Pulse(_gate);
        }
    }

    private void Run()
    {
        while (Next() is { } next)
        {
            for (PendingRun? pending = next; pending is not null;) pending = _queue.RunOn(this, pending);
        }
    }

    /// <summary>Null at its end.</summary>
    private PendingRun? Next()
    {
        lock (_gate)
        {
            while (_next is null && !_ended) Monitor.Wait(_gate);
            var next = _next;
            _next = null;
            return next;
        }
    }
}
