using Fairlead.Control.Fleet;
using Fairlead.Core.Identity;

namespace Fairlead.Control.Planning;

/// <summary>What one deployment should be.</summary>
public sealed record DeploymentTarget
{
    public required DeploymentName Name { get; init; }

    public required RevisionTarget Wanted { get; init; }

    /// <summary>While an update is under way, the revision that it comes from: its ended replicas are replaced as long as they are needed.</summary>
    public RevisionTarget? Fallback { get; init; }

    public required int Replicas { get; init; }

    /// <summary>How many may run above <see cref="Replicas"/> during an update; at least 1.</summary>
    public int MaxSurge { get; init; } = 1;

    /// <summary>The new revision has not served well for long enough: no old replica is drained for it yet.</summary>
    public bool Watching { get; init; }

    /// <summary>The update is stopped by hand: it gets no further replica and loses none.</summary>
    public bool Paused { get; init; }

    /// <summary>Nothing of it should run.</summary>
    public bool Deleting { get; init; }

    /// <summary>How long a drained replica may go on with the requests it has.</summary>
    public TimeSpan DrainDeadline { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Between SIGTERM and SIGKILL.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(10);

    public static DeploymentTarget Of(DeploymentRecord record)
    {
        var manifest = record.Current.Manifest;
        var underWay = record.UnderWay;
        return new DeploymentTarget
        {
            Name = record.Name,
            Wanted = RevisionTarget.Of(record, record.Wanted),
            Fallback = underWay is null ? null : RevisionTarget.Of(record, underWay.From),
            Replicas = record.Replicas,
            MaxSurge = Math.Max(1, manifest.Rollout.MaxSurge),
            Paused = underWay?.Paused == true,
            Deleting = record.Deleting,
            // The gateway lets no request live longer than the timeout.
            DrainDeadline = manifest.Serve.Timeout + TimeSpan.FromSeconds(2),
        };
    }
}

/// <param name="Accepts">Revisions whose replicas count as replicas of this one.</param>
public sealed record RevisionTarget(int Number, IReadOnlySet<int> Accepts, ReplicaTemplate Template)
{
    public static RevisionTarget Of(DeploymentRecord record, int number)
    {
        var revision = record.Revision(number);
        return new RevisionTarget(number, record.EquivalentTo(revision), revision.Template);
    }
}
