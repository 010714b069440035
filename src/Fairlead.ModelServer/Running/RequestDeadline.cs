using System.Collections.Concurrent;

namespace Fairlead.ModelServer.Running;

/// <summary>
/// When one request must be answered: its token is cancelled then, or when its client leaves. Rented, because a timer and a
/// token source per request were a third of what a request allocated.
/// </summary>
internal sealed class RequestDeadline : IDisposable
{
    private readonly RequestDeadlines _home;
    private readonly CancellationTokenSource _source;
    private CancellationTokenRegistration _left;
    private long _started;
    private TimeSpan _timeout;

    internal RequestDeadline(RequestDeadlines home) => (_home, _source) = (home, new CancellationTokenSource(Timeout.InfiniteTimeSpan, home.Time));

    public CancellationToken Token => _source.Token;

    public TimeSpan Elapsed => _home.Time.GetElapsedTime(_started);

    public TimeSpan Remaining => _timeout - Elapsed;

    /// <summary>Nothing may use the token any longer.</summary>
    public void Dispose()
    {
        // Waits for a callback that is under way: it must not cancel the next request.
        _left.Dispose();
        if (_source.TryReset()) _home.Return(this);
        else _source.Dispose();
    }

    internal RequestDeadline Start(TimeSpan timeout, CancellationToken left)
    {
        (_started, _timeout) = (_home.Time.GetTimestamp(), timeout);
        _source.CancelAfter(timeout);
        _left = left.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), _source);
        return this;
    }
}

/// <summary>Where <see cref="RequestDeadline"/>s come from and go back to.</summary>
internal sealed class RequestDeadlines(TimeProvider time)
{
    private const int MostKept = 256;
    private readonly ConcurrentQueue<RequestDeadline> _kept = [];

    public TimeProvider Time { get; } = time;

    /// <param name="left">Cancelled when the client leaves.</param>
    public RequestDeadline Start(TimeSpan timeout, CancellationToken left) =>
        (_kept.TryDequeue(out var deadline) ? deadline : new RequestDeadline(this)).Start(timeout, left);

    internal void Return(RequestDeadline deadline)
    {
        if (_kept.Count < MostKept) _kept.Enqueue(deadline);
    }
}
