using Fairlead.Core.Identity;

namespace Fairlead.Core.Manifests;

/// <summary>What the user wrote in <c>fairlead.yaml</c>, with an environment laid over and defaults filled in. Immutable.</summary>
public sealed record Manifest
{
    public required DeploymentName Name { get; init; }

    /// <summary>The image tag and the version in the inference protocol: <c>[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}</c>.</summary>
    public required string Version { get; init; }

    public required ModelSpec Model { get; init; }

    public ImageSpec Image { get; init; } = new();

    public ServeSpec Serve { get; init; } = new();

    public IReadOnlyDictionary<string, string> Env { get; init; } = new Dictionary<string, string>();

    public IReadOnlyList<FileSpec> Files { get; init; } = [];

    /// <summary>Names only: a secret's value is read by the engine when a replica starts and is written nowhere.</summary>
    public IReadOnlyList<string> Secrets { get; init; } = [];

    public IReadOnlyList<VolumeSpec> Volumes { get; init; } = [];

    public ResourceSpec Resources { get; init; } = new();

    public ScaleSpec Scale { get; init; } = new();

    public RolloutSpec Rollout { get; init; } = new();

    public NetworkSpec Network { get; init; } = new();

    public AlertsSpec Alerts { get; init; } = new();
}
