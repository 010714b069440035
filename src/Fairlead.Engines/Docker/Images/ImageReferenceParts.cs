using Fairlead.Core.Identity;

namespace Fairlead.Engines.Docker.Images;

/// <summary>An image reference taken apart: <c>repository[:tag][@digest]</c>. Pure.</summary>
internal sealed record ImageReferenceParts(string Repository, string? Tag, Digest? Digest)
{
    public static ImageReferenceParts Of(string reference)
    {
        var at = reference.IndexOf('@', StringComparison.Ordinal);
        var digest = at >= 0 && Core.Identity.Digest.TryParse(reference[(at + 1)..], out var parsed) ? parsed : null;
        var named = at >= 0 ? reference[..at] : reference;

        // A colon before the last slash belongs to the registry's port.
        var colon = named.LastIndexOf(':');
        return colon > named.LastIndexOf('/') ? new ImageReferenceParts(named[..colon], named[(colon + 1)..], digest) : new ImageReferenceParts(named, null, digest);
    }

    public string WithTag => $"{Repository}:{Tag ?? "latest"}";

    public override string ToString() => $"{Repository}{(Tag is null ? "" : $":{Tag}")}{(Digest is null ? "" : $"@{Digest}")}";
}
