using System.Text.Json;
using Fairlead.Core.Manifests;
using Fairlead.Core.Models;
using Fairlead.Core.Models.Golden;
using Fairlead.Core.Results;
using Fairlead.Onnx;

namespace Fairlead.Packaging.Content;

/// <summary>What a replica of <c>model.file</c> needs: the model with its data files, golden and reference files, <c>files</c>, and a descriptor.</summary>
internal static class ModelContent
{
    public static Result<IReadOnlyList<ContentEntry>> Collect(Manifest manifest, string root)
    {
        var files = new SourceFiles(root);
        var model = files.Add(manifest.Model.File!, "model/file");
        if (model is not null) AddExternalFiles(files, root, model);
        var golden = manifest.Model.Golden is { } g ? files.Add(g, "model/golden") : null;
        if (golden is not null) CheckGolden(files, Path.Combine(root, golden), manifest.Model.Golden!);
        var reference = manifest.Model.Reference is { } r ? files.Add(r, "model/reference") : null;
        foreach (var (file, i) in manifest.Files.Select((f, i) => (f, i))) files.Add(file.From, $"files/{i}/from");
        if (model is not null) files.Add(Describe(manifest, model, golden, reference));
        return files.ToResult();
    }

    // Also tells a model from an empty file, a Git LFS pointer and the like, before anything is deployed.
    private static void AddExternalFiles(SourceFiles files, string root, string model)
    {
        try
        {
            var folder = Path.GetDirectoryName(model) ?? "";
            foreach (var external in OnnxModel.ExternalFilesOf(Path.Combine(root, model))) files.Add(Path.Combine(folder, external), "model/file");
        }
        catch (OnnxException e)
        {
            files.Fail("model/file", ModelProblems.Of(e));
        }
    }

    private static void CheckGolden(SourceFiles files, string path, string written)
    {
        try
        {
            foreach (var problem in GoldenReader.Read(File.ReadAllBytes(path), written).Problems) files.Refuse(problem);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            files.Fail("model/golden", PackagingProblems.SourceUnreadable(written, e.Message));
        }
    }

    // Keys sorted: the order in which the labels were written is no difference in content.
    private static ContentEntry.Written Describe(Manifest manifest, string model, string? golden, string? reference)
    {
        var descriptor = new ModelDescriptor
        {
            Name = manifest.Name.Value,
            Version = manifest.Version,
            File = model,
            Labels = manifest.Model.Labels.OrderBy(l => l.Key, StringComparer.Ordinal).ToDictionary(l => l.Key, l => l.Value),
            Golden = golden,
            Reference = reference,
        };
        return new ContentEntry.Written(ModelDescriptor.FileName, JsonSerializer.SerializeToUtf8Bytes(descriptor, ModelJson.Default.ModelDescriptor));
    }
}
