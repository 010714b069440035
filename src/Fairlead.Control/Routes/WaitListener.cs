using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Fairlead.Control.Routes;

/// <summary>
/// Hears from the gateway at once when a request begins to wait for a first replica: one question is always open. What it misses
/// (a gateway that comes, goes or hands over) the gateway's state tells, which is read each second.
/// </summary>
internal sealed partial class WaitListener(IGatewayLink link, Clock clock, Action changed, ILogger logger)
{
    /// <summary>So that a gateway that answers at once and says nothing is not asked without a pause.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private const long Nothing = -1;

    private readonly ConcurrentDictionary<string, bool> _waiting = new(StringComparer.Ordinal);
    private readonly WakeSignal _nudged = new();

    /// <summary>Another gateway is to be listened to.</summary>
    public void Nudge() => _nudged.Set();

    /// <summary>The deployments of which something was heard since this was asked last.</summary>
    public IReadOnlySet<string> Take()
    {
        if (_waiting.IsEmpty) return new HashSet<string>();
        var heard = _waiting.Keys.ToHashSet(StringComparer.Ordinal);
        foreach (var deployment in heard) _waiting.TryRemove(deployment, out _);
        return heard;
    }

    public async Task RunAsync(CancellationToken stopping)
    {
        var after = Nothing;
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                after = await AskAsync(after, stopping);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                LogFailed(logger, failure);
                after = Nothing;
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }

            if (after == Nothing) await _nudged.WaitAsync(Pause, clock.Time, stopping);
        }
    }

    /// <returns>What has been heard of by now; less than nothing when the gateway said nothing.</returns>
    internal async Task<long> AskAsync(long after, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var asked = link.WaitAsync(after, over.Token);
        var nudged = _nudged.WaitAsync(Timeout.InfiniteTimeSpan, clock.Time, over.Token);
        var first = await Task.WhenAny(asked, nudged);
        await over.CancelAsync();
        await nudged;
        if (first != asked)
        {
            await ((Task)asked).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return Nothing;
        }

        if (await asked is not { } heard) return Nothing;
        foreach (var deployment in heard.Deployments) _waiting[deployment] = true;
        if (heard.Deployments.Count > 0) changed();
        return heard.Sequence;
    }

    [LoggerMessage(5022, LogLevel.Error, "Listening for requests that wait at the gateway failed; it goes on.")]
    private static partial void LogFailed(ILogger logger, Exception failure);
}
