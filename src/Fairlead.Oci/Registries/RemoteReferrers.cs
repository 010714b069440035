using Fairlead.Core.Identity;
using Fairlead.Oci.Images;

namespace Fairlead.Oci.Registries;

/// <summary>Artifacts about a manifest: the registry's own list, or the tag that stands for it (OCI distribution spec, "Referrers Tag Schema").</summary>
internal static class RemoteReferrers
{
    private static readonly string[] IndexTypes = [MediaTypes.Index];

    public static async Task<IReadOnlyList<Descriptor>> ListAsync(RemoteRepository repository, Digest subject, CancellationToken cancellationToken)
    {
        var list = await ReadAsync(repository, repository.Path($"referrers/{subject}"), cancellationToken) ?? await ReadAsync(repository, TagPath(repository, subject), cancellationToken);
        return list?.Manifests ?? [];
    }

    /// <summary>For registries that keep no lists.</summary>
    public static async Task AddToTagAsync(RemoteRepository repository, Digest subject, IReadOnlyList<Descriptor> artifacts, CancellationToken cancellationToken)
    {
        var there = await ReadAsync(repository, TagPath(repository, subject), cancellationToken) ?? ImageIndex.Nothing;
        var missing = artifacts.Where(a => there.Manifests.All(m => m.Digest != a.Digest)).ToList();
        if (missing.Count == 0) return;
        await repository.PutManifestAsync(TagOf(subject), OciJson.Write(there with { Manifests = [.. there.Manifests, .. missing] }), MediaTypes.Index, cancellationToken);
    }

    private static Uri TagPath(RemoteRepository repository, Digest subject) => repository.Path($"manifests/{TagOf(subject)}");

    private static string TagOf(Digest subject) => $"sha256-{subject.Hex}";

    private static async Task<ImageIndex?> ReadAsync(RemoteRepository repository, Uri path, CancellationToken cancellationToken)
    {
        var document = await repository.GetDocumentAsync(path, IndexTypes, cancellationToken);
        if (document is null) return null;
        var read = OciJson.ReadIndex(document.Bytes, $"The list of referrers of {repository.Registry}/{repository.Repository}");
        return read.TryGet(out var index) ? index : throw new RegistryException(read.Problems[0]);
    }
}
