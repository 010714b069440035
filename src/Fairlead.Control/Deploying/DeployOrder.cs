using Fairlead.Control.Fleet;
using Fairlead.Core.Identity;
using Fairlead.Core.Manifests;

namespace Fairlead.Control.Deploying;

/// <summary>A deployment that is asked for.</summary>
/// <param name="ManifestText">The manifest in its canonical form.</param>
/// <param name="Replicas">The number to run; null keeps one set by hand, else <c>scale.min</c>.</param>
/// <param name="Source">Where the manifest came from, for people.</param>
public sealed record DeployOrder(Manifest Manifest, string ManifestText, Digest? Content, string Engine, int? Replicas, string? Source)
{
    /// <summary>The revision that is repeated, for a rollback.</summary>
    public int? CopyOf { get; init; }
}

/// <param name="Changed">False when everything was already so.</param>
public sealed record Deployed(DeploymentRecord Record, bool Changed);
