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

/// <param name="Deadline">For each step forward.</param>
/// <param name="Watch">How long the new revision must serve without a failure before old replicas go.</param>
public sealed record RolloutLimits(TimeSpan Deadline, TimeSpan Watch);

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

    /// <summary>Since when new replicas serve and none of them has failed; null while none serves.</summary>
    public TimeSpan? WellSince { get; private init; }

    private int Serving { get; init; }

    private int EarlyExits { get; init; }

    public RolloutProgress Seen(DeploymentTarget target, IReadOnlyList<ObservedReplica> observed, TimeSpan now, int earlyExits)
    {
        var (serving, old) = Count(target, observed);
        var failed = serving < Serving || earlyExits > EarlyExits;
        var seen = this with { WellSince = serving == 0 ? null : failed ? now : WellSince ?? now, Serving = serving, EarlyExits = earlyExits };
        if (serving <= MostServing && old >= FewestOld) return seen;
        return seen with { Since = now, MostServing = Math.Max(serving, MostServing), FewestOld = Math.Min(old, FewestOld) };
    }

    /// <summary>The new revision has served for the whole watch without a failure.</summary>
    public bool HasProved(TimeSpan now, TimeSpan watch) => WellSince is { } since && now - since >= watch;

    /// <summary>When <see cref="HasProved"/> comes to hold if nothing fails; null while nothing serves.</summary>
    public TimeSpan? ProvedAt(TimeSpan watch) => WellSince + watch;

    public RolloutVerdict Judge(DeploymentTarget target, IReadOnlyList<ObservedReplica> observed, TimeSpan now, RolloutLimits limits, RolloutSigns signs)
    {
        var (serving, old) = Count(target, observed);
        if (serving >= target.Replicas && old == 0 && (target.Replicas == 0 || HasProved(now, limits.Watch))) return new RolloutVerdict.Complete();
        var because = signs.LastReason is null ? "" : $": {signs.LastReason}";
        if (signs.Refusal is { } refusal && serving < target.Replicas) return new RolloutVerdict.RollBack($"revision {target.Wanted.Number} is refused: {refusal}");
        if (signs.EarlyExits >= MostEarlyExits)
        {
            return new RolloutVerdict.RollBack($"{signs.EarlyExits} replicas of revision {target.Wanted.Number} ended soon after their start{because}");
        }

        // What serves is watched before the next step can come; that time is not its own delay.
        var allowed = limits.Deadline + (MostServing > 0 ? limits.Watch : TimeSpan.Zero);
        return serving < target.Replicas && now - Since >= allowed
            ? new RolloutVerdict.RollBack($"revision {target.Wanted.Number} had {serving} of {target.Replicas} replicas ready after {Duration.Format(limits.Deadline)}{because}")
            : new RolloutVerdict.GoOn();
    }

    private static (int Serving, int Old) Count(DeploymentTarget target, IReadOnlyList<ObservedReplica> observed) => (
        observed.Count(r => r.Serving && target.Wanted.Accepts.Contains(r.Revision)),
        observed.Count(r => r.Running && !target.Wanted.Accepts.Contains(r.Revision)));
}
