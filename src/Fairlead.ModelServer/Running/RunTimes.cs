namespace Fairlead.ModelServer.Running;

/// <summary>How long runs have taken of late, and what follows for those that wait. Guarded by who owns it.</summary>
internal sealed class RunTimes
{
    // About the last ten runs.
    private const double Weight = 0.2;

    // The system's timers know no less.
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(1);

    // What handing several requests to a run of their own and back costs, with room for a slow machine.
    private static readonly TimeSpan Sharing = TimeSpan.FromMicroseconds(100);

    private const double ShortRun = 100e-6;
    private const double LongestBesidePolling = 1e-3;

    private double _run;
    private double _finished;
    private double _deviation;
    private double _request;

    /// <summary>Zero until the first run.</summary>
    public TimeSpan Run => TimeSpan.FromSeconds(_run);

    /// <summary>What few runs exceed that end by themselves: the mean and four mean deviations, as TCP waits for an acknowledgement (RFC 6298). Zero until the first.</summary>
    public TimeSpan LongRun => TimeSpan.FromSeconds(_finished + (4 * _deviation));

    /// <summary>Whether a run is over sooner than a change of thread pays. Read by anyone, at any time.</summary>
    public bool Short => Volatile.Read(ref _run) is > 0 and < ShortRun;

    /// <summary>Whether a run takes so long that its processor is the better for not being asked for meanwhile. Read by anyone, at any time.</summary>
    public bool Long => Volatile.Read(ref _run) >= LongestBesidePolling;

    /// <summary>Whether a shared run saves more than the sharing costs: not for a model of microseconds, whose requests do better each by itself.</summary>
    public bool WorthSharing => Run >= Sharing;

    /// <param name="finished">False when the run was cut off or failed: it then says only that a run may take at least so long.</param>
    public void Add(TimeSpan took, int requests, bool finished)
    {
        var seconds = took.TotalSeconds;
        if (finished)
        {
            _deviation = _finished == 0 ? 0 : _deviation + (Weight * (Math.Abs(seconds - _finished) - _deviation));
            _finished = _finished == 0 ? seconds : _finished + (Weight * (seconds - _finished));
        }

        if (!finished && seconds <= _run) return;
        _run = _run == 0 ? seconds : _run + (Weight * (seconds - _run));
        var each = seconds / requests;
        _request = _request == 0 ? each : _request + (Weight * (each - _request));
    }

    /// <summary>How long a request waits behind so many others until its own run starts.</summary>
    public TimeSpan Wait(int ahead, int runs) => TimeSpan.FromSeconds((_run / 2) + (ahead * _request / runs));

    /// <summary>
    /// How long it pays to wait for a fuller batch: never longer than a run takes, since by then the run could be over. For a
    /// model of microseconds that is not at all.
    /// </summary>
    public TimeSpan WorthWaiting(TimeSpan most)
    {
        var wait = Run < most ? Run : most;
        return wait < ShortestWait ? TimeSpan.Zero : wait;
    }
}
