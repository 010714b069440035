using Fairlead.Core.Identity;
using Fairlead.Core.Manifests;

namespace Fairlead.Core.Engines;

/// <summary>One replica as asked for: all that an engine needs to start it.</summary>
public sealed record ReplicaSpec
{
    public required ReplicaId Id { get; init; }

    public required DeploymentName Deployment { get; init; }

    public required int Revision { get; init; }

    public required Workload Workload { get; init; }

    /// <summary>Configuration from the manifest's <c>env</c> and <c>serve</c>; the engine adds addresses and secrets.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Names of the secrets that the engine looks up when it starts the replica.</summary>
    public IReadOnlyList<string> Secrets { get; init; } = [];

    /// <summary><see cref="FileSpec.From"/> is relative to the workload's content folder.</summary>
    public IReadOnlyList<FileSpec> Files { get; init; } = [];

    public IReadOnlyList<VolumeSpec> Volumes { get; init; } = [];

    public ResourceSpec Resources { get; init; } = new();
}
