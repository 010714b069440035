namespace Fairlead.Control.Simulation;

/// <summary>
/// A replica with a queue of its own and some workers, first come first served. Since what was sent to it stays with it, a request's
/// end is known when it arrives: no list of events is needed. Times are seconds since the trace's begin.
/// </summary>
internal sealed class SimulatedReplica(int number, int workers, double startedAt, double readyAt)
{
    private readonly double[] _freeAt = new double[workers];
    private readonly PriorityQueue<Request, double> _unfinished = new();
    private double _assigned;

    public int Number => number;

    public double StartedAt => startedAt;

    public double ReadyAt => readyAt;

    public int InFlight => _unfinished.Count;

    /// <summary>How many of them wait for a worker.</summary>
    public int Waiting => Math.Max(0, _unfinished.Count - workers);

    /// <summary>When the last of its requests ends; in the past when there is none.</summary>
    public double IdleAt => _freeAt.Max();

    /// <returns>When the request ends.</returns>
    public double Take(double arrival, double now, double service)
    {
        var worker = 0;
        for (var i = 1; i < workers; i++)
        {
            if (_freeAt[i] < _freeAt[worker]) worker = i;
        }

        var end = Math.Max(now, _freeAt[worker]) + service;
        _freeAt[worker] = end;
        _assigned += service;
        _unfinished.Enqueue(new Request(arrival, service), end);
        return end;
    }

    /// <summary>Hands what has ended by now to the meter.</summary>
    public void Finish(double now, TrafficCount count)
    {
        while (_unfinished.TryPeek(out var request, out var end) && end <= now)
        {
            _unfinished.Dequeue();
            count.Ended(request.Arrival, end, request.Service);
        }
    }

    /// <summary>Worker-seconds spent up to now: all that was given to it but what is still to do.</summary>
    public double BusyUntil(double now)
    {
        var left = 0.0;
        foreach (var free in _freeAt) left += Math.Max(0, free - now);
        return _assigned - left;
    }

    private readonly record struct Request(double Arrival, double Service);
}
