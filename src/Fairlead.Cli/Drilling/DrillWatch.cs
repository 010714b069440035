using Fairlead.Api.Wire;

namespace Fairlead.Cli.Drilling;

/// <summary>Looks at the subject again and again, and measures how long something takes to show.</summary>
internal sealed class DrillWatch(IDrillSubject subject, TimeProvider time)
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);

    /// <returns>How long it took to become so; null when it did not in time.</returns>
    public async Task<TimeSpan?> UntilAsync(Func<DeploymentStatus?, bool> condition, TimeSpan limit, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        while (time.GetElapsedTime(began) < limit)
        {
            if (condition(await subject.StatusAsync(cancellationToken))) return time.GetElapsedTime(began);
            await Task.Delay(Poll, time, cancellationToken);
        }

        return null;
    }

    /// <summary>As many as are wanted are ready, of one revision, and nothing is on its way out.</summary>
    public bool IsWhole(DeploymentStatus? status) =>
        status is { Phase: "ready" } && status.Ready == subject.Desired && status.Replicas.Count == subject.Desired && status.Replicas.All(r => r.Phase == "ready");
}
