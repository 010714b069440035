using System.Collections.Immutable;
using Fairlead.Core.Identity;
using Fairlead.Core.Manifests;
using Fairlead.Core.Units;

namespace Fairlead.Control.Fleet;

/// <summary>One deployment as it is wanted: what the state file holds of it, immutable.</summary>
public sealed record DeploymentRecord
{
    public required DeploymentName Name { get; init; }

    public required string Engine { get; init; }

    /// <summary>Number of the revision that is wanted.</summary>
    public required int Wanted { get; init; }

    public required int Replicas { get; init; }

    /// <summary>The number was set by hand, so that a deploy keeps it.</summary>
    public bool ReplicasByHand { get; init; }

    /// <summary>Its replicas are drained and ended; then it is forgotten.</summary>
    public bool Deleting { get; init; }

    public string? Source { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Growing by number.</summary>
    public required ImmutableList<RevisionRecord> Revisions { get; init; }

    /// <summary>The update under way, or the last one.</summary>
    public RolloutRecord? Rollout { get; init; }

    /// <summary>The update under way; null when there is none.</summary>
    public RolloutRecord? UnderWay => Rollout is { State: RolloutState.Progressing } ? Rollout : null;

    /// <summary>The share of the traffic that a canary under way gets; null when none is, or when it has passed its steps.</summary>
    public Share? CanaryShare =>
        UnderWay is { } rollout && Current.Manifest.Rollout is { Strategy: RolloutStrategy.Canary, Steps: { } steps } && rollout.Step < steps.Count ? steps[rollout.Step] : null;

    /// <summary>Without replicas it gets one as soon as a request waits at the gateway.</summary>
    public bool StartsOnDemand => !Deleting && Current.Manifest is { Scale: { Min: 0, DryRun: false }, Network.Expose: true };

    public RevisionRecord Current => Revision(Wanted);

    public RevisionRecord Revision(int number) =>
        Revisions.Find(r => r.Number == number) ?? throw new InvalidOperationException($"'{Name}' has no revision {number}.");

    /// <summary>The revisions whose replicas are as good as those of this one: their replicas would be started the same way.</summary>
    public IReadOnlySet<int> EquivalentTo(RevisionRecord revision) =>
        Revisions.Where(r => r.Template.Digest == revision.Template.Digest).Select(r => r.Number).ToHashSet();
}
