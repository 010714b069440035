using Fairlead.Control.Fleet;
using Fairlead.Control.Reconciling;

namespace Fairlead.Control.Deploying;

/// <summary>Where what runs differs from what is recorded, a sentence each; nothing while an update explains it. Pure.</summary>
public static class DriftRule
{
    public static IReadOnlyList<string> Of(DeploymentRecord record, FleetView view)
    {
        var replicas = view.Of(record.Name);
        return [.. OfTheRecord(record), .. OfTheReplicas(record, replicas), .. OfTheRoutes(record, view, replicas)];
    }

    private static IEnumerable<string> OfTheRecord(DeploymentRecord record)
    {
        var scale = record.Current.Manifest.Scale;
        if (record.ReplicasByHand && record.Replicas != scale.Min) yield return $"replicas: {record.Replicas} were asked for by hand; scale/min of revision {record.Wanted} is {scale.Min}";
        if (record.Rollout is { State: RolloutState.RolledBack } rollout) yield return $"revision: {rollout.To} was deployed and rolled back; {record.Wanted} runs, a copy of {record.Revision(record.Wanted).CopyOf ?? rollout.From}";
        if (record.Deleting) yield return "it is being removed";
    }

    private static IEnumerable<string> OfTheReplicas(DeploymentRecord record, IReadOnlyList<SeenReplica> replicas)
    {
        var current = record.EquivalentTo(record.Current);
        var active = replicas.Where(r => r.Observed.Active).ToList();
        if (record.UnderWay is null)
        {
            var good = active.Count(r => current.Contains(r.State.Revision));
            if (good != record.Replicas) yield return $"replicas: {good} of revision {record.Wanted} run; {record.Replicas} are wanted";
        }

        foreach (var other in active.Where(r => !current.Contains(r.State.Revision))) yield return $"{other.State.Id}: runs revision {other.State.Revision}; {record.Wanted} is wanted";
        foreach (var replica in active)
        {
            foreach (var limit in LimitDrift.Of(record, replica.State)) yield return limit;
            foreach (var note in replica.State.Notes) yield return $"{replica.State.Id}: {note.TrimEnd('.')}";
        }
    }

    private static IEnumerable<string> OfTheRoutes(DeploymentRecord record, FleetView view, IReadOnlyList<SeenReplica> replicas)
    {
        if (!record.Current.Manifest.Network.Expose) yield break;
        if (view.Gateway.State is null)
        {
            yield return "routes: the gateway does not answer";
            yield break;
        }

        foreach (var replica in replicas.Where(r => r.Observed is { Active: true, Ready: true, Routed: false })) yield return $"{replica.State.Id}: is ready and the gateway has no route to it";
    }
}
