using Fairlead.Gateway.Routing;

namespace Fairlead.Gateway.Health;

/// <summary>Runs one loop of checks per replica that is routed to; each ends when its replica leaves the routes.</summary>
internal sealed partial class HealthWatch(ActiveCheck check, Ejection ejection, HealthOptions options, TimeProvider time, ILogger<HealthWatch> logger) : IAsyncDisposable
{
    /// <summary>The least pause between two checks, however often a replica is suspected.</summary>
    private static readonly TimeSpan Least = TimeSpan.FromMilliseconds(50);

    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private readonly Dictionary<ReplicaState, (CancellationTokenSource Stop, Task Running)> _loops = [];

    /// <summary>Watches exactly these from now on.</summary>
    public void Watch(IReadOnlyCollection<ReplicaState> replicas)
    {
        lock (_gate)
        {
            if (_stop.IsCancellationRequested) return;
            foreach (var gone in _loops.Keys.Except(replicas).ToList())
            {
                _loops[gone].Stop.Cancel();
                _loops.Remove(gone);
            }

            foreach (var replica in replicas)
            {
                if (_loops.ContainsKey(replica)) continue;
                var stop = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
                _loops.Add(replica, (stop, Task.Run(() => RunAsync(replica, stop), CancellationToken.None)));
            }
        }
    }

    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        List<Task> running;
        lock (_gate) running = [.. _loops.Values.Select(l => l.Running)];
        await Task.WhenAll(running);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
    }

    private async Task RunAsync(ReplicaState replica, CancellationTokenSource stop)
    {
        var failed = 0;
        try
        {
            while (true)
            {
                var seen = await TurnAsync(replica, failed, stop.Token);
                failed = seen ?? failed;
                await Task.Delay(Least, time, stop.Token);
                // What a check did not tell is asked again at once: a replica may have stopped just after its last answer.
                if (seen is null) continue;
                if (failed == 0 || !replica.Health.IsUp) await replica.Health.SuspectedAsync(Pause(replica), stop.Token);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The replica left the routes, or the gateway ends.
            stop.Dispose();
        }
        catch (Exception e)
        {
            LogEnded(e, replica.Id);
        }
    }

    /// <returns>Checks running that have failed now; null when this one told nothing.</returns>
    private async Task<int?> TurnAsync(ReplicaState replica, int failed, CancellationToken cancellationToken)
    {
        var asked = time.GetTimestamp();
        var result = await check.AskAsync(replica, cancellationToken);
        if (result.Reason is null)
        {
            ejection.Up(replica);
            return 0;
        }

        // Slow to answer the check but quick to answer requests: busy, not dead. Taking it out would only move the load.
        if (result.TimedOut && replica.Health.LastAnswer > asked) return null;
        failed++;
        if (result.Refused || failed >= options.ChecksToFall) ejection.Down(replica, result.Reason);
        return failed;
    }

    /// <summary>±10 %, so that the checks of many replicas spread out over time.</summary>
    private TimeSpan Pause(ReplicaState replica)
    {
        var interval = replica.Health.IsUp ? options.CheckInterval : options.CheckInterval / 4;
        return interval * (0.9 + (0.2 * Random.Shared.NextDouble()));
    }

    [LoggerMessage(4013, LogLevel.Error, "The checks of replica {Replica} ended.")]
    private partial void LogEnded(Exception exception, string replica);
}
