using Fairlead.Core.Results;
using Fairlead.Engines.Processes;

namespace Fairlead.Engines.Process;

/// <summary>Ends a replica with all that it started.</summary>
internal sealed class ReplicaEnder(TimeProvider time)
{
    private static readonly TimeSpan KillLimit = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(20);

    /// <summary>True when something had to be killed.</summary>
    public async Task<Result<bool>> EndAsync(ReplicaProcess replica, TimeSpan grace, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        if (replica.Process is { IsAlive: true } leader)
        {
            leader.SignalGroup(ProcessSignal.Terminate);

            // A stopped process takes no SIGTERM; woken, it can still end in good order.
            leader.SignalGroup(ProcessSignal.Continue);
            await WaitAsync(leader, grace, cancellationToken);
        }

        while (time.GetElapsedTime(started) < grace && replica.Members.Alive(thorough: false).Count > 0)
        {
            await Task.Delay(LookEvery, time, cancellationToken);
        }

        return await KillAsync(replica, cancellationToken);
    }

    public async Task<Result<bool>> KillAsync(ReplicaProcess replica, CancellationToken cancellationToken)
    {
        var (gone, killed) = await replica.Members.KillAsync(KillLimit, time, cancellationToken);
        return gone ? killed : EngineProblems.NotStopped(replica.Id.Value);
    }

    private async Task WaitAsync(DetachedProcess leader, TimeSpan grace, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(grace, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            await leader.WaitForExitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The grace is over; what is left is killed.
        }
    }
}
