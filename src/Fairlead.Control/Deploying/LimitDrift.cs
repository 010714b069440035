using Fairlead.Control.Fleet;
using Fairlead.Core.Engines;

namespace Fairlead.Control.Deploying;

/// <summary>Where a replica is limited to something else than its revision records: somebody changed it from outside. Pure.</summary>
internal static class LimitDrift
{
    public static IEnumerable<string> Of(DeploymentRecord record, ReplicaState replica)
    {
        if (replica.Limits is not { } limits || record.Revisions.Find(r => r.Number == replica.Revision)?.Manifest.Resources is not { } asked) yield break;
        if (limits.Memory != asked.Memory && !IsNoted(replica, "memory limit")) yield return $"{replica.Id}: its memory limit is {Text(limits.Memory)}; revision {replica.Revision} records {Text(asked.Memory)}";
        if (limits.Cpu != asked.Cpu && !IsNoted(replica, "processor limit")) yield return $"{replica.Id}: its processor limit is {Text(limits.Cpu)}; revision {replica.Revision} records {Text(asked.Cpu)}";
    }

    // What the machine cannot give is told already, and by nobody's doing.
    private static bool IsNoted(ReplicaState replica, string what) => replica.Notes.Any(n => n.StartsWith(what, StringComparison.Ordinal));

    private static string Text<T>(T? limit)
        where T : struct => limit?.ToString() ?? "none";
}
