using System.Collections.Immutable;
using Fairlead.Core.Identity;

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

    public RevisionRecord Current => Revision(Wanted);

    public RevisionRecord Revision(int number) =>
        Revisions.Find(r => r.Number == number) ?? throw new InvalidOperationException($"'{Name}' has no revision {number}.");

    /// <summary>The revisions whose replicas are as good as those of this one: their replicas would be started the same way.</summary>
    public IReadOnlySet<int> EquivalentTo(RevisionRecord revision) =>
        Revisions.Where(r => r.Template.Digest == revision.Template.Digest).Select(r => r.Number).ToHashSet();
}
