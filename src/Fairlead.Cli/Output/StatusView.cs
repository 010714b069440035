using Fairlead.Api.Wire;

namespace Fairlead.Cli.Output;

/// <summary>Deployments and their replicas as text of a given width. Pure: <c>status</c>, its watch and <c>up</c> show the same.</summary>
internal static class StatusView
{
    private static readonly Column[] Deployments =
    [
        new("DEPLOYMENT"), new("VERSION", 5), new("ENGINE", 8), new("REV", 6, Right: true), new("PHASE"), new("READY", Right: true), new("REQ/S", 2, Right: true),
        new("P50", 4, Right: true), new("P95", 3, Right: true), new("REQUESTS", 7, Right: true), new("FAILED", 1, Right: true),
    ];

    private static readonly Column[] Replicas =
    [
        new("REPLICA"), new("REV", 8, Right: true), new("PHASE"), new("REASON", 1, Least: 24), new("CPU", 3, Right: true), new("MEMORY", 2, Right: true),
        new("IN FLIGHT", 7, Right: true), new("RESTARTS", 4, Right: true), new("AGE", 5, Right: true), new("HANDLE", 6, Right: true), new("ADDRESS", 9),
    ];

    public const string Idle = "idle, 0 of 0 replicas: starts at the first request";

    public static IReadOnlyList<string> Render(IReadOnlyList<DeploymentStatus> deployments, DateTimeOffset now, int width, Paint paint)
    {
        if (deployments.Count == 0) return ["Nothing is deployed. 'fairlead up PATH' starts a model."];
        var lines = new List<string>(Table.Render(Deployments, [.. deployments.Select(d => Row(d, paint))], width, paint));
        foreach (var deployment in deployments)
        {
            lines.Add("");
            if (deployments.Count > 1) lines.Add(paint.Strong(deployment.Name));
            lines.AddRange(deployment.Replicas.Count == 0
                ? [paint.Faint(deployment.Phase == "idle" ? Idle : "no replicas")]
                : Table.Render(Replicas, [.. deployment.Replicas.Select(r => Row(r, now, paint))], width, paint));
            lines.AddRange(Remarks(deployment, width, paint));
        }

        return lines;
    }

    private static IReadOnlyList<Cell> Row(DeploymentStatus d, Paint paint) =>
    [
        new(d.Name, paint.Strong), d.Version, d.Engine, $"{d.Revision}", new(d.Phase, paint.Phase), $"{d.Ready}/{d.Desired}",
        Measures.Rate(d.Traffic.RequestsPerSecond), Measures.Latency(d.Traffic.LatencyP50Seconds), Measures.Latency(d.Traffic.LatencyP95Seconds),
        Measures.Count(d.Traffic.Requests), new(Measures.Count(d.Traffic.Failed), d.Traffic.Failed > 0 ? paint.Bad : null),
    ];

    private static IReadOnlyList<Cell> Row(ReplicaStatus r, DateTimeOffset now, Paint paint) =>
    [
        r.Id, $"{r.Revision}", new(r.Phase, paint.Phase), r.Reason ?? "", Measures.Cores(r.CpuCores), Measures.Memory(r.MemoryBytes),
        $"{r.InFlight}", new($"{r.Restarts}", r.Restarts > 0 ? paint.Warn : null), Measures.Age(now - r.StartedAt), r.Handle, r.Address,
    ];

    private static IEnumerable<string> Remarks(DeploymentStatus deployment, int width, Paint paint)
    {
        if (deployment.Rollout is { } rollout && rollout.From != rollout.To && (rollout.State != "complete" || rollout.Failed > 0))
        {
            var reason = rollout.Reason is null ? "" : $": {rollout.Reason}";
            yield return Painted($"update {rollout.From} → {rollout.To} {rollout.State}, {Measures.Count(rollout.Failed)} failed of {Measures.Count(rollout.Requests)} requests{reason}", width, paint.Warn);
        }

        if (deployment.Scaling is { } scaling)
        {
            yield return Painted($"scaling{(scaling.DryRun ? " (dry run)" : "")}: {scaling.Decision}", width, scaling.Outcome is "blind" or "at_max" ? paint.Warn : paint.Faint);
            if (scaling.Finding is { } finding) yield return Painted($"scaling: {finding}", width, paint.Warn);
        }

        foreach (var note in deployment.Replicas.SelectMany(r => r.Notes).Distinct(StringComparer.Ordinal)) yield return Painted($"note: {note}", width, paint.Faint);
    }

    private static string Painted(string text, int width, Func<string, string> style) => style(Table.Fit(text, width));
}
