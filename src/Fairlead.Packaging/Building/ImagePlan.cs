using Fairlead.Core.Files;
using Fairlead.Core.Manifests;
using Fairlead.Core.Results;
using Fairlead.Core.Units;
using Fairlead.Oci.Layers;
using Fairlead.Packaging.Closure;
using Fairlead.Packaging.Sbom;
using Fairlead.Packaging.Secrets;

namespace Fairlead.Packaging.Building;

/// <summary>Everything that an image will be, before any of it is packed.</summary>
/// <param name="Layers">Its own, without those of a base.</param>
/// <param name="AllowedSecrets">Paths in the image that may look like secrets.</param>
/// <param name="Sbom">The document that is in the last layer.</param>
internal sealed record ImagePlan(
    BuildOrder Order,
    DateTimeOffset Created,
    BaseImage? Base,
    ElfMachine Machine,
    IReadOnlyList<LayerSpec> Layers,
    IReadOnlyList<string> AllowedSecrets,
    byte[] Sbom,
    IReadOnlyList<Component> Components)
{
    // Loading takes the model's size in memory. What it takes and gives is only told to the user: the check in the built files loads it in any case.
    private const long InspectedHere = 32 << 20;

    private const string OnnxRuntimeTitle = "onnxruntime";
    private const string ServerTitle = "model server";

    public static Result<ImagePlan> Of(BuildOrder order, DateTimeOffset created, BaseImage? below, CancellationToken cancellationToken)
    {
        var manifest = order.Manifest;
        if (manifest.Model.File is null) return BuildProblems.NotAModel(manifest.Model.Image is null ? "command" : "image");
        var found = ServerProgram.In(order.ServerFolder);
        if (!found.TryGet(out var server)) return Result.Fail<ImagePlan>(found.Problems);
        var closed = LibraryLayer.Of(server, RootFolder.Machine, below?.Files);
        if (!closed.TryGet(out var libraries)) return Result.Fail<ImagePlan>(closed.Problems);
        if (below is not null && below.Config.Architecture != ImageDocuments.Architecture(libraries.Machine))
        {
            return BuildProblems.BaseForOtherMachine(manifest.Image.Base, ImageDocuments.Architecture(libraries.Machine), below.Config.Architecture);
        }

        LayerEntry[] fixedEntries = [.. libraries.Entries, OnnxRuntimeOf(server), ServerOf(server)];

        var laid = ModelLayer.Of(manifest, order.Folder, fixedEntries, RootFolder.Machine);
        if (!laid.TryGet(out var model)) return Result.Fail<ImagePlan>(laid.Problems);
        var clean = SecretSearch.Run(manifest, order.Folder, order.Home, [.. model.Sources.Select(s => s.Source).Distinct(StringComparer.Ordinal)], order.Variable, cancellationToken);
        if (!clean.IsOk) return Result.Fail<ImagePlan>(clean.Problems);
        order.Done("no secrets found", "");
        var inspected = Inspect(order, model);
        if (!inspected.IsOk) return Result.Fail<ImagePlan>(inspected.Problems);

        var packages = below is null ? [] : new DebianPackages(below.Files).All();
        var described = ImageSbom.Of(manifest, server, libraries, model, packages, created, cancellationToken);
        if (!described.TryGet(out var sbom)) return Result.Fail<ImagePlan>(described.Problems);
        order.Done("libraries found", $"{libraries.Libraries.Count} of {libraries.Packages.Values.Distinct().Count()} packages");
        LayerSpec[] layers =
        [
            // A base may have all of it.
            .. libraries.Entries.Count > 0 ? [new LayerSpec(LibraryLayer.Title, libraries.Entries, created)] : Array.Empty<LayerSpec>(),
            new(OnnxRuntimeTitle, [OnnxRuntimeOf(server)], created),
            new(ServerTitle, [ServerOf(server)], created),
            new(ModelLayer.Title, [.. model.Entries, new LayerEntry.Content(ImageSbom.PathInImage, sbom.Document)], created),
        ];
        return new ImagePlan(order, created, below, libraries.Machine, layers, AllowedSecretsOf(manifest, model), sbom.Document, sbom.Components);
    }

    private static IReadOnlyList<string> AllowedSecretsOf(Manifest manifest, ModelLayer model)
    {
        var allowed = (manifest.Image.AllowSecrets ?? []).Select(ContainedPath.Normalize).ToHashSet(StringComparer.Ordinal);
        return [.. model.Sources.Where(s => allowed.Contains(s.Source)).Select(s => s.Path).Order(StringComparer.Ordinal)];
    }

    private static LayerEntry.File OnnxRuntimeOf(ServerProgram server) => new(ServerProgram.OnnxRuntimeInImage, server.OnnxRuntime);

    private static LayerEntry.File ServerOf(ServerProgram server) => new(ServerProgram.ProgramInImage, server.Program, Executable: true);

    private static Result<Done> Inspect(BuildOrder order, ModelLayer layer)
    {
        if (layer.ModelBytes > InspectedHere)
        {
            order.Done("model is large", "the image's own server loads it");
            return Result.Done;
        }

        var inspected = ModelInspector.Inspect(Path.Combine(order.Folder, order.Manifest.Model.File!));
        if (!inspected.TryGet(out var model)) return Result.Fail<Done>([.. inspected.Problems.Select(p => p with { At = new SourceLocation(Core.Manifests.ManifestFile.FileName, 0, "model/file") })]);
        var opset = model.Metadata.Opsets.GetValueOrDefault("ai.onnx");
        var tensors = $"{string.Join(", ", model.Inputs.Select(i => $"{i.Name} {ProtocolTypes.Describe(i)}"))} → {string.Join(", ", model.Outputs.Select(o => $"{o.Name} {ProtocolTypes.Describe(o)}"))}";
        order.Done("model loads", $"{new ByteSize(model.Bytes)}, opset {opset}, {tensors}");
        return Result.Done;
    }
}
