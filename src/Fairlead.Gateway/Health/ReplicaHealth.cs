using Fairlead.Core.Units;

namespace Fairlead.Gateway.Health;

/// <summary>
/// What the gateway holds of one replica's health. Two things keep requests away: being <em>down</em> (its active check
/// fails or nobody listens) and being <em>ejected</em> (its answers were failures) for a while. Readers take no lock.
/// </summary>
#pragma warning disable CA1001 // Neither has a timer or a wait handle, and a request may still look at them after the last route is gone.
internal sealed class ReplicaHealth(TimeProvider time)
#pragma warning restore CA1001
{
    private readonly SemaphoreSlim _suspected = new(0, 1);
    private CancellationTokenSource _standing = new();
    private volatile string? _down;
    private long _ejectedUntil;
    private long _lastAnswer;
    private int _failures;
    private int _ejections;

    public bool IsUp => _down is null;

    public bool IsEjected => Volatile.Read(ref _ejectedUntil) is var until and not 0 && time.GetTimestamp() < until;

    public bool IsRoutable => IsUp && !IsEjected;

    public string? Reason => _down ?? (IsEjected ? $"ejected for {Duration.Format(EjectionLeft)} more after failed requests" : null);

    /// <summary>Cancelled when the replica goes down: what waits for its answer need not wait longer.</summary>
    public CancellationToken Standing => Volatile.Read(ref _standing).Token;

    /// <summary>When it last answered a request; a busy replica that answers is alive although its check is slow.</summary>
    public long LastAnswer => Volatile.Read(ref _lastAnswer);

    private TimeSpan EjectionLeft => TimeSpan.FromSeconds(Math.Ceiling(time.GetElapsedTime(time.GetTimestamp(), Volatile.Read(ref _ejectedUntil)).TotalSeconds));

    public void Answered()
    {
        Volatile.Write(ref _lastAnswer, time.GetTimestamp());
        if (Volatile.Read(ref _failures) != 0) Volatile.Write(ref _failures, 0);
    }

    /// <returns>How many requests running have failed now.</returns>
    public int CountFailure()
    {
        Suspect();
        return Interlocked.Increment(ref _failures);
    }

    /// <summary>Has the replica checked now rather than at its turn.</summary>
    public void Suspect()
    {
        if (_suspected.CurrentCount != 0) return;
        try
        {
            _suspected.Release();
        }
        catch (SemaphoreFullException)
        {
            // Another failure asked for the same check at the same moment.
        }
    }

    /// <summary>Waits for the next check's turn, or less when the replica is suspected.</summary>
    public Task SuspectedAsync(TimeSpan atMost, CancellationToken cancellationToken) => _suspected.WaitAsync(atMost, cancellationToken);

    /// <returns>The source of <see cref="Standing"/>, to be cancelled; null when it was down already.</returns>
    public CancellationTokenSource? GoDown(string reason)
    {
        var standing = Volatile.Read(ref _standing);
        return Interlocked.Exchange(ref _down, reason) is null ? standing : null;
    }

    /// <returns>Whether it was down until now.</returns>
    public bool ComeUp()
    {
        if (IsUp) return false;
        Volatile.Write(ref _standing, new CancellationTokenSource());
        Volatile.Write(ref _failures, 0);
        return Interlocked.Exchange(ref _down, null) is not null;
    }

    /// <summary>Only under the lock of <see cref="Ejection"/>.</summary>
    /// <returns>For how long.</returns>
    public TimeSpan Eject(TimeSpan first, TimeSpan most)
    {
        var now = time.GetTimestamp();
        if (_ejectedUntil != 0 && time.GetElapsedTime(_ejectedUntil, now) >= most) _ejections = 0;
        var span = TimeSpan.FromTicks(Math.Min(most.Ticks, first.Ticks << Math.Min(_ejections, 20)));
        _ejections++;
        Volatile.Write(ref _failures, 0);
        Volatile.Write(ref _ejectedUntil, now + (long)(span.TotalSeconds * time.TimestampFrequency));
        return span;
    }
}
