using Fairlead.Core.Identity;
using Fairlead.Core.Results;
using Fairlead.Oci.Images;
using Fairlead.Oci.Layers;
using Fairlead.Oci.Layouts;
using Fairlead.Packaging.Building;
using Fairlead.Packaging.Checks;
using Fairlead.Packaging.Closure;
using Fairlead.Packaging.Content;
using Fairlead.Packaging.Dockerfiles;
using Fairlead.Packaging.Sbom;
using Fairlead.Packaging.Secrets;

namespace Fairlead.Packaging;

/// <summary>
/// A model's folder becomes an image in the local store. Decided first, file by file; then checked, packed and, while it
/// is packed, run once from the very files. The image gets its name when all of that is done.
/// </summary>
public sealed class ImageBuilder(OciStore store, TimeProvider time)
{
    public async Task<Result<BuiltImage>> BuildAsync(BuildOrder order, CancellationToken cancellationToken)
    {
        var stamp = SourceDate.Read(order.Variable(SourceDate.Variable));
        if (!stamp.TryGet(out var created)) return Result.Fail<BuiltImage>(stamp.Problems);
        var begun = await store.BeginAsync(cancellationToken);
        if (!begun.TryGet(out var session)) return Result.Fail<BuiltImage>(begun.Problems);
        await using (session)
        {
            using var root = new TemporaryRoot(order.Home);
            if (order.Manifest.Model.Dockerfile is not null) return await new DockerfileBuild(order, session, root.Work).RunAsync(created, cancellationToken);
            var based = await new BaseImages(session, order, time).FindAsync(root, cancellationToken);
            if (!based.TryGet(out var below)) return Result.Fail<BuiltImage>(based.Problems);
            var planned = ImagePlan.Of(order, created, below.Image, cancellationToken);
            if (!planned.TryGet(out var plan)) return Result.Fail<BuiltImage>(planned.Problems);
            return await PackAsync(plan, session, root.Files, cancellationToken);
        }
    }

    private async Task<Result<BuiltImage>> PackAsync(ImagePlan plan, StoreSession session, string root, CancellationToken cancellationToken)
    {
        // Nothing but a changed layer is packed again where the image was built before, and what was built has been checked.
        Result<IReadOnlyList<BuiltLayer>>? early = null;
        if (store.Find(NameOf(plan)).TryGet(out var before))
        {
            early = await PackLayersAsync(plan, session, cancellationToken);
            if (!early.TryGet(out var same)) return Result.Fail<BuiltImage>(early.Problems);
            if (IsThe(before, plan, same))
            {
                plan.Order.Done("serves from the built files", "checked when it was built first");
                return await NameAsync(plan, same, session, cancellationToken);
            }
        }

        // The check takes as long as the server's start, and the layers' compression does not need it.
        using var failed = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var serving = CheckAsync(plan, root, failed.Token);
        var packing = early is null ? PackLayersAsync(plan, session, failed.Token) : Task.FromResult(early);
        try
        {
            var checkedAnswers = await serving;
            if (!checkedAnswers.IsOk) return Result.Fail<BuiltImage>(checkedAnswers.Problems);
            plan.Order.Done("serves from the built files", checkedAnswers.Value == 0 ? "no golden answers" : $"{checkedAnswers.Value} golden answers match");
            var packed = await packing;
            return packed.TryGet(out var layers) ? await NameAsync(plan, layers, session, cancellationToken) : Result.Fail<BuiltImage>(packed.Problems);
        }
        finally
        {
            await failed.CancelAsync();
            await Task.WhenAll(serving, packing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static ImageName NameOf(ImagePlan plan) => ImageName.Parse($"{plan.Order.Manifest.Name}:{plan.Order.Manifest.Version}");

    private static bool IsThe(StoredImage before, ImagePlan plan, IReadOnlyList<BuiltLayer> layers)
    {
        var config = OciJson.Write(ImageDocuments.Config(plan, layers));
        var described = new Descriptor { MediaType = MediaTypes.Config, Digest = Digest.Of(config), Size = config.Length };
        return Digest.Of(OciJson.Write(ImageDocuments.Manifest(plan, described, layers))) == before.Manifest.Digest;
    }

    private Task<Result<int>> CheckAsync(ImagePlan plan, string root, CancellationToken cancellationToken) => Task.Run(
        async () =>
        {
            FileSet.LayOut(plan.Layers.SelectMany(l => l.Entries), root);
            var environment = ImageDocuments.Run(plan).Environment!;
            return await new ServedCheck(root, environment, time).RunAsync(cancellationToken);
        },
        cancellationToken);

    private static async Task<Result<IReadOnlyList<BuiltLayer>>> PackLayersAsync(ImagePlan plan, StoreSession session, CancellationToken cancellationToken)
    {
        var layers = new List<BuiltLayer>();
        foreach (var spec in plan.Layers)
        {
            var added = await session.AddLayerAsync(spec, cancellationToken);
            if (!added.TryGet(out var layer)) return Result.Fail<IReadOnlyList<BuiltLayer>>(added.Problems);
            layers.Add(layer);
        }

        return Result.Ok<IReadOnlyList<BuiltLayer>>(layers);
    }

    private static async Task<Result<BuiltImage>> NameAsync(ImagePlan plan, IReadOnlyList<BuiltLayer> layers, StoreSession session, CancellationToken cancellationToken)
    {
        var manifest = plan.Order.Manifest;
        var config = ImageDocuments.Config(plan, layers);
        var added = await session.AddBlobAsync(OciJson.Write(config), MediaTypes.Config, cancellationToken);
        if (!added.TryGet(out var described)) return Result.Fail<BuiltImage>(added.Problems);
        var document = ImageDocuments.Manifest(plan, described, layers);
        var named = await session.AddImageAsync(NameOf(plan), document, remote: null, cancellationToken);
        if (!named.TryGet(out var stored)) return Result.Fail<BuiltImage>(named.Problems);
        var attached = await Attachments.AddAsync(plan, stored.Manifest, session, cancellationToken);
        return attached.IsOk
            ? new BuiltImage(manifest.Name.Value, manifest.Version, stored.Manifest.Digest, document.Size + stored.Manifest.Size, Describe(document, layers))
            : Result.Fail<BuiltImage>(attached.Problems);
    }

    private static IReadOnlyList<ImageLayer> Describe(ImageManifest manifest, IReadOnlyList<BuiltLayer> layers)
    {
        var ofBase = manifest.Layers.Take(manifest.Layers.Count - layers.Count).Select(l => new ImageLayer(l.Digest, l.Size, l.Annotation(AnnotationKeys.Title) ?? "base image", true));
        return [.. ofBase, .. layers.Select(l => new ImageLayer(l.Descriptor.Digest, l.Descriptor.Size, l.Descriptor.Annotation(AnnotationKeys.Title)!, l.Reused))];
    }
}
