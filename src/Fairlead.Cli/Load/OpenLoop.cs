using System.Collections.Concurrent;

namespace Fairlead.Cli.Load;

/// <summary>
/// Sends requests when they are due, however long the ones before take: what a service's users do. A load that waits for answers
/// slows down with the service and then finds it fast.
/// </summary>
/// <param name="seen">Takes each outcome as it comes, from many threads.</param>
internal sealed class OpenLoop(LoadRequest request, TimeSpan timeout, TimeProvider time, Action<LoadOutcome> seen)
{
    private readonly ConcurrentBag<LoadConnection> _idle = [];
    private int _underWay;

    /// <summary>Requests that were sent and are not answered.</summary>
    public int UnderWay => Math.Max(0, Volatile.Read(ref _underWay) - 1);

    /// <summary>Runs the schedule to its end or until the token is cancelled, then waits for what is under way.</summary>
    public async Task RunAsync(IEnumerable<TimeSpan> schedule, CancellationToken stop)
    {
        var start = time.GetTimestamp();
        var running = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _underWay = 1;
        try
        {
            foreach (var due in schedule)
            {
                var early = due - time.GetElapsedTime(start);
                // A delay shorter than a timer's tick is none; the next request is sent up to that much early or late.
                if (early > TimeSpan.FromMilliseconds(1)) await Task.Delay(early, time, stop);
                if (stop.IsCancellationRequested) break;
                Interlocked.Increment(ref _underWay);
                _ = OneAsync(due, start, running);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // What was sent is waited for below.
        }

        Ended(running);
        await running.Task;
        foreach (var connection in _idle) connection.Dispose();
    }

    private async Task OneAsync(TimeSpan due, long start, TaskCompletionSource running)
    {
        var connection = _idle.TryTake(out var kept) ? kept : new LoadConnection(request);
        LoadFailure? failure;
        using var deadline = new CancellationTokenSource(timeout, time);
        try
        {
            failure = await connection.SendAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            failure = new LoadFailure(LoadFailureKind.Timeout, 0, $"No answer within {timeout.TotalSeconds} s.");
        }

        seen(new LoadOutcome(due, time.GetElapsedTime(start) - due, failure));
        _idle.Add(connection);
        Ended(running);
    }

    private void Ended(TaskCompletionSource running)
    {
        if (Interlocked.Decrement(ref _underWay) == 0) running.TrySetResult();
    }
}
