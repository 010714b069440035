using Fairlead.Core.Identity;
using Fairlead.Core.Manifests;

namespace Fairlead.Control.Fleet;

public enum RevisionState
{
    Current,
    Superseded,
    Failed,
}

/// <summary>One version of a deployment, numbered from 1 and never changed but for its state.</summary>
public sealed record RevisionRecord
{
    private readonly Lazy<ReplicaTemplate> _template;

    public RevisionRecord(int number, Manifest manifest, string manifestText, Digest? content)
    {
        (Number, Manifest, ManifestText, Content) = (number, manifest, manifestText, content);
        _template = new Lazy<ReplicaTemplate>(() => ReplicaTemplate.Of(manifest, content));
    }

    public int Number { get; }

    public Manifest Manifest { get; }

    /// <summary>The resolved manifest as it was stored, JSON.</summary>
    public string ManifestText { get; }

    public Digest? Content { get; }

    public RevisionState State { get; init; } = RevisionState.Current;

    /// <summary>The revision that a rollback repeated.</summary>
    public int? CopyOf { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public ReplicaTemplate Template => _template.Value;
}
