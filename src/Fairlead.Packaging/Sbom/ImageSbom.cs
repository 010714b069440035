using Fairlead.Core.Manifests;
using Fairlead.Core.Results;
using Fairlead.Oci.Layers;
using Fairlead.Packaging.Building;
using Fairlead.Packaging.Closure;

namespace Fairlead.Packaging.Sbom;

/// <summary>The SBOM of a model's image: every library with its package, ONNX Runtime, the .NET components, the model.</summary>
internal static class ImageSbom
{
    /// <summary>In the model's layer: the layers below are the same for every model.</summary>
    public const string PathInImage = "usr/share/doc/fairlead/sbom.spdx.json";

    public const string MediaType = "application/spdx+json";

    /// <param name="inBase">Packages of the image that this one starts from.</param>
    public static Result<(byte[] Document, IReadOnlyList<Component> Components)> Of(
        Manifest manifest, ServerProgram server, LibraryLayer libraries, ModelLayer model, IReadOnlyList<DebianPackage> inBase, DateTimeOffset created, CancellationToken cancellationToken)
    {
        try
        {
            var program = FileHash.Of(new LayerEntry.File(ServerProgram.ProgramInImage, server.Program), cancellationToken);
            var onnx = FileHash.Of(new LayerEntry.File(ServerProgram.OnnxRuntimeInImage, server.OnnxRuntime), cancellationToken);
            var inServer = ServerComponents.OfServer(server.Program, program);
            if (!inServer.TryGet(out var dotnet)) return Result.Fail<(byte[], IReadOnlyList<Component>)>(inServer.Problems);
            IReadOnlyList<Component> components =
            [
                .. inBase.Select(p => Component.Of(p, [])),
                .. Libraries(libraries, cancellationToken),
                ServerComponents.OfOnnxRuntime(server.OnnxRuntime, onnx),
                .. dotnet,
                new Component($"{manifest.Name}-model", manifest.Version, null, null, [.. model.Entries.OfType<LayerEntry.File>().OrderBy(f => f.Path, StringComparer.Ordinal).Select(f => FileHash.Of(f, cancellationToken))]),
            ];
            return (SpdxWriter.Write(manifest.Name.Value, manifest.Version, created, $"fairlead-{BuilderVersion.Text}", components), components);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return PackagingProblems.SourceUnreadable(manifest.Model.File!, e.Message);
        }
    }

    // A library of no package (installed by hand) is a component of its own name, so that none is left out.
    private static IEnumerable<Component> Libraries(LibraryLayer layer, CancellationToken cancellationToken)
    {
        var files = layer.Entries.OfType<LayerEntry.File>().Where(f => layer.IsLibrary(f)).Select(f => FileHash.Of(f, cancellationToken)).OrderBy(f => f.Path, StringComparer.Ordinal).ToList();
        foreach (var group in files.GroupBy(f => layer.Packages.GetValueOrDefault(f.Path)).OrderBy(g => g.Key?.Name, StringComparer.Ordinal))
        {
            if (group.Key is { } package) yield return Component.Of(package, [.. group]);
            else foreach (var file in group) yield return new Component(Path.GetFileName(file.Path), "unknown", null, null, [file]);
        }
    }
}
