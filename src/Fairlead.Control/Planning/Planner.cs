using Fairlead.Core.Engines;
using Fairlead.Core.Identity;

namespace Fairlead.Control.Planning;

/// <summary>
/// The one order for every change: start new, wait until it serves, drain old, wait until it is idle, stop it, remove it.
/// A plan is the list of steps that can be taken at once; what follows them is in the next plan, made from what is seen then.
/// It never takes away a serving replica unless as many as are wanted serve without it.
/// </summary>
/// <param name="random">For the ids of new replicas.</param>
public sealed class Planner(Random random)
{
    private static readonly TimeSpan HungGrace = TimeSpan.FromSeconds(2);

    /// <param name="observed">Every replica of this deployment.</param>
    /// <param name="now">On the scale of the observed moments.</param>
    public IReadOnlyList<EngineAction> Plan(DeploymentTarget target, IReadOnlyList<ObservedReplica> observed, TimeSpan now)
    {
        var stops = observed.Where(r => r is { Leaving: true, Stopping: false } && (r.Idle || now - r.DrainingSince >= target.DrainDeadline)).Select(r => Stop(r, target));
        if (target.Deleting)
        {
            return
            [
                .. observed.Where(r => !r.Running).Select(r => new EngineAction.Remove(r.Id)),
                .. observed.Where(r => r.Active).Select(r => new EngineAction.Drain(r.Id, $"'{target.Name}' is being removed")),
                .. stops,
            ];
        }

        var groups = Groups.Of(target, observed);
        return [.. Kills(observed), .. Fill(target, groups, now), .. Drains(target, groups), .. stops];
    }

    // What hangs serves nothing and cannot be drained: its place is filled at once.
    private static IEnumerable<EngineAction> Kills(IReadOnlyList<ObservedReplica> observed) =>
        observed.Where(r => r is { Running: true, Stopping: false, Sick.Hung: true }).Select(r => new EngineAction.Stop(r.Id, HungGrace, $"it {r.Sick!.Reason}"));

    private List<EngineAction> Fill(DeploymentTarget target, Groups groups, TimeSpan now)
    {
        // The old revision is kept up only as far as the new one does not serve yet, and only in places that it had.
        var oldPlaces = Math.Clamp(groups.OldNeeded - groups.OldActive.Count, 0, groups.FallbackEnded.Count);
        var old = groups.OldActive.Count + oldPlaces;

        // During an update what is leaving counts too: the surge bounds what the machine must hold.
        var wanted = Math.Max(0, target.Replicas - groups.New.Count);
        var places = old == 0 ? wanted : Math.Clamp(target.Replicas + target.MaxSurge - old - groups.Leaving - groups.New.Count, 0, wanted);
        if (groups.Sick.Count > 0) places = Math.Clamp(target.Replicas + target.MaxSurge - old - groups.Leaving - groups.New.Count - groups.Sick.Count, 0, places);
        if (target.Paused) places = Math.Min(places, groups.NewEnded.Count);
        return
        [
            .. Refill(target.Fallback, groups.FallbackEnded, oldPlaces, oldPlaces, now),
            .. Refill(target.Wanted, groups.NewEnded, wanted, places, now),
            .. Enumerable.Range(0, Math.Max(0, places - groups.NewEnded.Count)).Select(_ => Start(target.Wanted, null)),
            .. groups.OtherEnded.Select(r => new EngineAction.Remove(r.Id)),
        ];
    }

    /// <summary>Starts replicas in the places of ended ones whose back-off has passed, and removes the ended ones for which there is no place.</summary>
    /// <param name="kept">Ended ones that hold a place; the back-off lives on in them.</param>
    /// <param name="places">How many may run now.</param>
    private IEnumerable<EngineAction> Refill(RevisionTarget? revision, IReadOnlyList<ObservedReplica> ended, int kept, int places, TimeSpan now)
    {
        var waiting = ended.OrderBy(r => r.RestartAt).ToList();
        foreach (var replica in waiting.Take(Math.Min(kept, places)).Where(r => r.RestartAt <= now))
        {
            yield return new EngineAction.Remove(replica.Id);
            yield return Start(revision!, replica.Id);
        }

        foreach (var replica in waiting.Skip(kept)) yield return new EngineAction.Remove(replica.Id);
    }

    private static IEnumerable<EngineAction> Drains(DeploymentTarget target, Groups groups)
    {
        // What neither serves nor may come to serve in a needed place holds nothing up.
        var useless = groups.OldActive.Where(r => !r.Serving && target.Fallback?.Accepts.Contains(r.Revision) != true).ToList();
        var kept = groups.OldActive.Except(useless).ToList();
        var needed = target.Paused ? Math.Max(groups.OldNeeded, target.Replicas + target.MaxSurge - groups.New.Count) : groups.OldNeeded;
        var surplusOld = LeastUseful(kept).Take(Math.Max(0, kept.Count - needed));
        // A sick one goes when another serves in its place.
        var curable = groups.Sick.Take(Math.Max(0, groups.New.Count(r => r.Serving) + groups.Sick.Count - target.Replicas));
        var surplusNew = LeastUseful(groups.New).Take(Math.Max(0, groups.New.Count - target.Replicas));
        return
        [
            .. useless.Concat(surplusOld).Select(r => new EngineAction.Drain(r.Id, $"revision {target.Wanted.Number} takes over")),
            .. curable.Select(r => new EngineAction.Drain(r.Id, $"it {r.Sick!.Reason}")),
            .. surplusNew.Select(r => new EngineAction.Drain(r.Id, target.Replicas == 1 ? "1 replica is wanted" : $"{target.Replicas} replicas are wanted")),
        ];
    }

    // Not ready first, then the newest: the oldest has proved itself longest.
    private static IEnumerable<ObservedReplica> LeastUseful(IEnumerable<ObservedReplica> replicas) =>
        replicas.OrderBy(r => r.Serving).ThenBy(r => r.Ready).ThenByDescending(r => r.StartedAt).ThenByDescending(r => r.Id.Value, StringComparer.Ordinal);

    private EngineAction.Start Start(RevisionTarget revision, ReplicaId? replaces)
    {
        var id = ReplicaId.New(revision.Template.Deployment, revision.Number, random);
        return new EngineAction.Start(revision.Template.Spec(id, revision.Number), replaces);
    }

    private static EngineAction.Stop Stop(ObservedReplica replica, DeploymentTarget target) =>
        new(replica.Id, target.Grace, replica.Idle ? "drained" : "the drain deadline has passed");

    private sealed record Groups(
        IReadOnlyList<ObservedReplica> New,
        IReadOnlyList<ObservedReplica> Sick,
        IReadOnlyList<ObservedReplica> NewEnded,
        IReadOnlyList<ObservedReplica> OldActive,
        IReadOnlyList<ObservedReplica> FallbackEnded,
        IReadOnlyList<ObservedReplica> OtherEnded,
        int Leaving,
        int OldNeeded)
    {
        public static Groups Of(DeploymentTarget target, IReadOnlyList<ObservedReplica> observed)
        {
            var news = observed.Where(r => target.Wanted.Accepts.Contains(r.Revision)).ToLookup(r => r.Running);
            var olds = observed.Where(r => !target.Wanted.Accepts.Contains(r.Revision)).ToLookup(r => r.Running);
            var ended = olds[false].ToLookup(r => target.Fallback?.Accepts.Contains(r.Revision) == true);
            var active = news[true].Where(r => r.Active).ToLookup(r => r.Sick is null);
            List<ObservedReplica> well = [.. active[true]];
            return new Groups(
                well,
                [.. active[false].Where(r => r.Sick is { Hung: false })],
                [.. news[false]],
                [.. olds[true].Where(r => r is { Active: true, Sick: not { Hung: true } })],
                [.. ended[true]],
                [.. ended[false]],
                observed.Count(r => r.Leaving),
                Math.Max(0, target.Replicas - (target.Watching ? 0 : well.Count(r => r.Serving))));
        }
    }
}
