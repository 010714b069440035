using System.Collections.Concurrent;

namespace Fairlead.Cli.Load;

/// <summary>One HTTP/1.1 request, the same each time, over as many connections as are unanswered at once; they are kept.</summary>
internal sealed class HttpTarget(LoadRequest request, TimeSpan timeout, TimeProvider time) : ILoadTarget
{
    private readonly ConcurrentBag<LoadConnection> _idle = [];

    public async Task<LoadFailure?> SendAsync(CancellationToken cancellationToken)
    {
        var connection = _idle.TryTake(out var kept) ? kept : new LoadConnection(request);
        using var deadline = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            return await connection.SendAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return LoadFailure.NoAnswer(timeout);
        }
        finally
        {
            _idle.Add(connection);
        }
    }

    public void Dispose()
    {
        foreach (var connection in _idle) connection.Dispose();
    }
}
