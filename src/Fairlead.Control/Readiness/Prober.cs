using System.Collections.Concurrent;
using System.Net;
using Fairlead.Core.Identity;
using Microsoft.Extensions.Logging;

namespace Fairlead.Control.Readiness;

/// <summary>Asks every running replica at its own pace, each in a loop of its own that ends with the replica; tells when an answer changes something.</summary>
internal sealed partial class Prober(IReplicaProbe probe, Clock clock, Action changed, ILogger logger)
{
    private readonly ConcurrentDictionary<ReplicaId, Probed> _probed = new();

    public ReplicaHealth HealthOf(ReplicaId replica) => _probed.TryGetValue(replica, out var probed) ? probed.Health : new ReplicaHealth();

    /// <summary>Begins to ask a replica, if that has not begun yet.</summary>
    public void Watch(ReplicaId replica, IPEndPoint address, string? path, CancellationToken stopping)
    {
        if (_probed.ContainsKey(replica)) return;
        var probed = new Probed(CancellationTokenSource.CreateLinkedTokenSource(stopping));
        _probed[replica] = probed;
        probed.Loop = AskAsync(probed, replica, address, path);
    }

    /// <summary>Stops asking; what was known stays until <see cref="Forget"/>.</summary>
    public void Unwatch(ReplicaId replica)
    {
        if (_probed.TryGetValue(replica, out var probed)) probed.Stop.Cancel();
    }

    public void Forget(ReplicaId replica)
    {
        Unwatch(replica);
        _probed.TryRemove(replica, out _);
    }

    /// <summary>Every replica has been asked once.</summary>
    public async Task AllKnownAsync(CancellationToken cancellationToken)
    {
        foreach (var probed in _probed.Values) await probed.FirstAnswer.Task.WaitAsync(cancellationToken);
    }

    public async Task FinishAsync()
    {
        foreach (var probed in _probed.Values)
        {
            await probed.Stop.CancelAsync();
            await probed.Loop;
            probed.Stop.Dispose();
        }
    }

    private async Task AskAsync(Probed probed, ReplicaId replica, IPEndPoint address, string? path)
    {
        var stop = probed.Stop.Token;
        var since = clock.Now;
        try
        {
            while (!stop.IsCancellationRequested)
            {
                var before = probed.Health;
                probed.Health = before.After(await probe.AskAsync(address, path, stop), clock.Now);
                probed.FirstAnswer.TrySetResult();
                if (probed.Health.Ready != before.Ready || !before.Known) changed();
                await Task.Delay(probed.Health.NextAfter(clock.Now - since), clock.Time, stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The replica has ended, or the controller.
        }
        catch (Exception failure)
        {
            LogProbeFailed(logger, failure, replica);
        }
        finally
        {
            probed.FirstAnswer.TrySetResult();
        }
    }

    private sealed class Probed(CancellationTokenSource stop)
    {
        private volatile ReplicaHealth _health = new();

        public CancellationTokenSource Stop { get; } = stop;

        public TaskCompletionSource FirstAnswer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Loop { get; set; } = Task.CompletedTask;

        public ReplicaHealth Health
        {
            get => _health;
            set => _health = value;
        }
    }

    [LoggerMessage(5010, LogLevel.Error, "Asking the replica {Replica} whether it is ready failed; it is not asked any more.")]
    private static partial void LogProbeFailed(ILogger logger, Exception failure, ReplicaId replica);
}
