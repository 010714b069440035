using System.Collections.Immutable;
using Fairlead.Control.Healing;
using Fairlead.Control.Routes;
using Fairlead.Core.Identity;
using Fairlead.Core.Results;

namespace Fairlead.Control.Reconciling;

/// <summary>What the reconciler saw in its last turn: an immutable published view.</summary>
public sealed record FleetView(DateTimeOffset At, IReadOnlyDictionary<DeploymentName, IReadOnlyList<SeenReplica>> Replicas, GatewayView Gateway)
{
    public static FleetView Empty { get; } = new(default, new Dictionary<DeploymentName, IReadOnlyList<SeenReplica>>(), GatewayView.Unknown);

    /// <summary>Why the engine did not start the last replica, by deployment, until one starts.</summary>
    public IReadOnlyDictionary<DeploymentName, IReadOnlyList<Problem>> StartProblems { get; init; } = new Dictionary<DeploymentName, IReadOnlyList<Problem>>();

    /// <summary>The engines that cannot be asked at the moment, by name: what they showed before is in here still.</summary>
    public IReadOnlyDictionary<string, Problem> EnginesAway { get; init; } = new Dictionary<string, Problem>();

    /// <summary>Replicas that ended through no wish of ours lately, the newest last.</summary>
    public IReadOnlyDictionary<DeploymentName, ImmutableList<RecentEnd>> RecentEnds { get; init; } = new Dictionary<DeploymentName, ImmutableList<RecentEnd>>();

    /// <summary>Why the last turn failed; null when it did not.</summary>
    public Problem? TurnProblem { get; init; }

    /// <summary>Requests answered and failed since the update under way began, by deployment.</summary>
    public IReadOnlyDictionary<DeploymentName, (long Requests, long Failed)> RolloutTraffic { get; init; } = new Dictionary<DeploymentName, (long, long)>();

    public IReadOnlyDictionary<DeploymentName, (long Requests, long Failed)> Traffic { get; init; } = new Dictionary<DeploymentName, (long, long)>();

    public IReadOnlyList<SeenReplica> Of(DeploymentName deployment) => Replicas.GetValueOrDefault(deployment) ?? [];
}
