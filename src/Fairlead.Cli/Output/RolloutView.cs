using Fairlead.Api.Wire;

namespace Fairlead.Cli.Output;

/// <summary>A deployment's update as text. Pure.</summary>
internal static class RolloutView
{
    public static IEnumerable<string> Render(DeploymentStatus status, DateTimeOffset now, Paint paint)
    {
        if (status.Rollout is not { } rollout)
        {
            yield return $"{status.Name} has not been updated: revision {status.Revision}, version {status.Version}, is its first.";
            yield break;
        }

        var state = rollout.Paused ? "paused" : rollout.State.Replace('_', ' ');
        var how = rollout.State switch { "complete" => paint.Good(state), "rolled_back" => paint.Bad(state), _ => paint.Warn(state) };
        var took = Measures.Age((rollout.EndedAt ?? now) - rollout.StartedAt);
        yield return $"{status.Name}: revision {rollout.From} → {rollout.To} {how}, {(rollout.EndedAt is null ? $"for {took}" : $"after {took}")}";
        if (rollout.Reason is { } reason) yield return $"  because {reason}";
        if (rollout.EndedAt is null) foreach (var line in Replicas(status, rollout)) yield return line;
        if (rollout.State == "rolled_back") yield return $"  revision {status.Revision} is wanted now, {status.Ready} of {status.Desired} ready";
        yield return $"  {Measures.Count(rollout.Failed)} failed of {Measures.Count(rollout.Requests)} requests {(rollout.EndedAt is null ? "so far" : "meanwhile")}.";
    }

    private static IEnumerable<string> Replicas(DeploymentStatus status, RolloutStatus rollout) => status.Replicas
        .GroupBy(r => r.Revision)
        .OrderBy(g => g.Key)
        .Select(g => $"  revision {g.Key}{(g.Key == rollout.To ? " (new)" : "")}: {string.Join(", ", g.GroupBy(r => r.Phase, StringComparer.Ordinal).Select(p => $"{p.Count()} {p.Key}"))}");
}
