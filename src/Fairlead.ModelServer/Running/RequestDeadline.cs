using System.Collections.Concurrent;

namespace Fairlead.ModelServer.Running;

/// <summary>
/// When one request must be answered. Its token is cancelled then, or when its client leaves; it is made when it is first
/// asked for, since a timer and the client's token cost as much as a short run, and a request that never waits needs neither.
/// Rented: a timer and a token source per request were a third of what a request allocated.
/// </summary>
internal sealed class RequestDeadline : IDisposable
{
    private readonly RequestDeadlines _home;
    private readonly CancellationTokenSource _source;
    private CancellationTokenRegistration _left;
    private HttpContext? _client;
    private bool _armed;
    private long _started;
    private TimeSpan _timeout;

    internal RequestDeadline(RequestDeadlines home) => (_home, _source) = (home, new CancellationTokenSource(Timeout.InfiniteTimeSpan, home.Time));

    public CancellationToken Token
    {
        get
        {
            if (!_armed) Arm();
            return _source.Token;
        }
    }

    public TimeSpan Elapsed => _home.Time.GetElapsedTime(_started);

    public TimeSpan Remaining => _timeout - Elapsed;

    public bool Passed => Remaining <= TimeSpan.Zero || (_armed && _source.IsCancellationRequested);

    /// <exception cref="OperationCanceledException">The time has passed, or the client is known to have left.</exception>
    public void ThrowIfPassed()
    {
        if (Passed) throw new OperationCanceledException();
    }

    /// <summary>Nothing may use the token any longer.</summary>
    public void Dispose()
    {
        _client = null;
        if (_armed)
        {
            // Waits for a callback that is under way: it must not cancel the next request.
            _left.Dispose();
            _armed = false;
            if (!_source.TryReset())
            {
                _source.Dispose();
                return;
            }
        }

        _home.Return(this);
    }

    internal RequestDeadline Start(TimeSpan timeout, HttpContext? client)
    {
        (_started, _timeout, _client) = (_home.Time.GetTimestamp(), timeout, client);
        return this;
    }

    private void Arm()
    {
        _armed = true;
        var remaining = Remaining;
        if (remaining > TimeSpan.Zero) _source.CancelAfter(remaining);
        else _source.Cancel();
        _left = _client?.RequestAborted.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), _source) ?? default;
    }
}

/// <summary>Where <see cref="RequestDeadline"/>s come from and go back to.</summary>
internal sealed class RequestDeadlines(TimeProvider time)
{
    private const int MostKept = 256;
    private readonly ConcurrentQueue<RequestDeadline> _kept = [];

    public TimeProvider Time { get; } = time;

    /// <param name="client">Whose leaving ends the wait; null when there is none.</param>
    public RequestDeadline Start(TimeSpan timeout, HttpContext? client) =>
        (_kept.TryDequeue(out var deadline) ? deadline : new RequestDeadline(this)).Start(timeout, client);

    internal void Return(RequestDeadline deadline)
    {
        if (_kept.Count < MostKept) _kept.Enqueue(deadline);
    }
}
