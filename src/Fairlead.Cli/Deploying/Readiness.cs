using Fairlead.Api.Wire;

namespace Fairlead.Cli.Deploying;

/// <summary>How far a revision is on its way to be ready.</summary>
internal abstract record Readiness
{
    private Readiness()
    {
    }

    public sealed record Ready : Readiness;

    public sealed record Waiting(string Reason) : Readiness;

    public sealed record Failed(string Reason) : Readiness;

    /// <summary>Pure: from what the controller tells of a deployment whose <paramref name="revision"/> was asked for.</summary>
    public static Readiness Of(DeploymentStatus status, int revision)
    {
        if (status.Rollout is { State: "rolled_back" } back && back.To == revision) return new Failed($"revision {revision} was rolled back: {back.Reason ?? "it was not ready in time"}.");
        if (status.Revision > revision) return new Failed($"revision {status.Revision} has taken its place.");
        if (status.Phase == "failed") return new Failed(Reasons(status) is { Length: > 0 } reasons ? reasons : "no replica is ready and none is coming.");
        var settled = status.Rollout is not { State: "progressing" };
        // A deployment that starts on demand has shown that it can before it is let go idle.
        if (status is { Phase: "idle", Desired: 0 } && status.Revision == revision && settled) return new Ready();
        if (status.Phase == "ready" && status.Revision == revision && status.Ready >= status.Desired && settled) return new Ready();
        if (status.Rollout is { Paused: true }) return new Waiting($"the update is paused; 'fairlead rollout resume {status.Name}' lets it go on");
        return new Waiting($"{status.Ready} of {status.Desired} ready{(Reasons(status) is { Length: > 0 } why ? $"; {why}" : "")}");
    }

    /// <summary>What the replicas that are not ready say, each thing once.</summary>
    private static string Reasons(DeploymentStatus status) =>
        string.Join("; ", status.Replicas
            .Where(r => r.Phase is not ("ready" or "draining"))
            .GroupBy(r => r.Reason is null ? r.Phase : $"{r.Phase}: {r.Reason}", StringComparer.Ordinal)
            .Select(g => g.Count() == 1 ? $"{g.First().Id} {g.Key}" : $"{g.Count()} replicas {g.Key}"));
}
