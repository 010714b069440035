using Fairlead.Control.Planning;
using Fairlead.Core.Units;

namespace Fairlead.Control.Rollouts;

public abstract record RolloutVerdict
{
    private RolloutVerdict()
    {
    }

    public sealed record GoOn : RolloutVerdict;

    public sealed record Complete : RolloutVerdict;

    public sealed record RollBack(string Reason) : RolloutVerdict;
}

/// <summary>What speaks against a new revision.</summary>
/// <param name="EarlyExits">New replicas that ended soon after their start.</param>
/// <param name="LastReason">What the newest of them, or one that is not ready, says.</param>
/// <param name="Refusal">Why a new replica will never be ready; null when none says so.</param>
public sealed record RolloutSigns(int EarlyExits = 0, string? LastReason = null, string? Refusal = null);

/// <summary>
/// Judges one update from how far it is. The deadline runs from the last step forward: one more new replica that serves, or one more
/// old one that has gone. Steps back count for nothing, so a replica that flaps does not put the deadline off.
/// </summary>
/// <param name="Since">The last step forward.</param>
/// <param name="MostServing">New replicas that served at once, at most.</param>
/// <param name="FewestOld">Old replicas that ran, at least.</param>
public sealed record RolloutProgress(TimeSpan Since, int MostServing = 0, int FewestOld = int.MaxValue)
{
    /// <summary>So many new replicas ended soon after their start: the next would too.</summary>
    public const int MostEarlyExits = 3;

    public RolloutProgress Seen(DeploymentTarget target, IReadOnlyList<ObservedReplica> observed, TimeSpan now)
    {
        var (serving, old) = Count(target, observed);
        if (serving <= MostServing && old >= FewestOld) return this;
        return new RolloutProgress(now, Math.Max(serving, MostServing), Math.Min(old, FewestOld));
    }

    public RolloutVerdict Judge(DeploymentTarget target, IReadOnlyList<ObservedReplica> observed, TimeSpan now, TimeSpan deadline, RolloutSigns signs)
    {
        var (serving, old) = Count(target, observed);
        if (serving >= target.Replicas && old == 0) return new RolloutVerdict.Complete();
        var because = signs.LastReason is null ? "" : $": {signs.LastReason}";
        if (signs.Refusal is { } refusal && serving < target.Replicas) return new RolloutVerdict.RollBack($"revision {target.Wanted.Number} is refused: {refusal}");
        if (signs.EarlyExits >= MostEarlyExits && serving < target.Replicas)
        {
            return new RolloutVerdict.RollBack($"{signs.EarlyExits} replicas of revision {target.Wanted.Number} ended soon after their start{because}");
        }

        return serving < target.Replicas && now - Since >= deadline
            ? new RolloutVerdict.RollBack($"revision {target.Wanted.Number} had {serving} of {target.Replicas} replicas ready after {Duration.Format(deadline)}{because}")
            : new RolloutVerdict.GoOn();
    }

    private static (int Serving, int Old) Count(DeploymentTarget target, IReadOnlyList<ObservedReplica> observed) => (
        observed.Count(r => r.Serving && target.Wanted.Accepts.Contains(r.Revision)),
        observed.Count(r => r.Running && !target.Wanted.Accepts.Contains(r.Revision)));
}
