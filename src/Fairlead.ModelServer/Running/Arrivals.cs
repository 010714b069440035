namespace Fairlead.ModelServer.Running;

/// <summary>
/// How many requests have been let in on their headers and are still sending their bodies: they will stand in the queue soon,
/// and whoever is admitted meanwhile must know. One that takes long holds no place, or slow senders could keep all others
/// out. Guarded by who owns it.
/// </summary>
internal sealed class Arrivals(TimeProvider time)
{
    // A body on its way counts for one to two of these.
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(100);

    private readonly long _ticks = (long)(Period.TotalSeconds * time.TimestampFrequency);
    private long _period = long.MinValue;
    private int _current;
    private int _previous;

    public int Count
    {
        get
        {
            Advance();
            return _current + _previous;
        }
    }

    /// <returns>What <see cref="Leave"/> is told when the body is there.</returns>
    public long Enter()
    {
        Advance();
        _current++;
        return _period;
    }

    public void Leave(long entered)
    {
        Advance();
        if (entered == _period) _current--;
        else if (entered == _period - 1) _previous--;
    }

    private void Advance()
    {
        var period = time.GetTimestamp() / _ticks;
        if (period == _period) return;
        (_previous, _current) = (period == _period + 1 ? _current : 0, 0);
        _period = period;
    }
}
