using Fairlead.Core.Results;
using Fairlead.Oci.Images;
using Fairlead.Oci.Layouts;
using Fairlead.Packaging.Provenance;
using Fairlead.Packaging.Sbom;

namespace Fairlead.Packaging.Building;

/// <summary>What is said about an image beside it: its SBOM and how it came about, as referrers that are pushed with it.</summary>
internal static class Attachments
{
    // OCI image spec, manifest.md, "Guidance for an Empty Descriptor"
    private static readonly byte[] Empty = "{}"u8.ToArray();

    public static async Task<Result<Done>> AddAsync(ImagePlan plan, Descriptor image, StoreSession session, CancellationToken cancellationToken)
    {
        var facts = new BuildFacts(
            $"{plan.Order.Manifest.Name}:{plan.Order.Manifest.Version}", image.Digest, plan.Order.ManifestDigest, GitRevision.Of(plan.Order.Folder), plan.Base, plan.Components);
        foreach (var (type, document) in new[] { (ImageSbom.MediaType, plan.Sbom), (ProvenanceWriter.MediaType, ProvenanceWriter.Write(facts)) })
        {
            var added = await AddAsync(type, document, image, session, cancellationToken);
            if (!added.IsOk) return added;
        }

        return Result.Done;
    }

    public static async Task<Result<Done>> AddAsync(string type, byte[] document, Descriptor image, StoreSession session, CancellationToken cancellationToken)
    {
        var config = await session.AddBlobAsync(Empty, MediaTypes.Empty, cancellationToken);
        if (!config.TryGet(out var empty)) return Result.Fail<Done>(config.Problems);
        var content = await session.AddBlobAsync(document, type, cancellationToken);
        if (!content.TryGet(out var blob)) return Result.Fail<Done>(content.Problems);
        var manifest = new ImageManifest
        {
            ArtifactType = type,
            Config = empty,
            Layers = [blob],
            Subject = new Descriptor { MediaType = image.MediaType, Digest = image.Digest, Size = image.Size },
        };
        var attached = await session.AddReferrerAsync(manifest, cancellationToken);
        return attached.IsOk ? Result.Done : Result.Fail<Done>(attached.Problems);
    }
}
