using System.Security.Cryptography;
using Fairlead.Core.Identity;
using Fairlead.Core.Results;
using Fairlead.Onnx;

namespace Fairlead.Packaging;

/// <summary>Loads a model once to learn what it takes and gives, and whether it can be served at all.</summary>
public static class ModelInspector
{
    // Rewriting the graph would only make the look slower.
    private static readonly OnnxOptions Quick = new() { Optimization = GraphOptimization.None };

    public static Result<ModelInspection> Inspect(string path)
    {
        try
        {
            using var model = OnnxModel.Load(path, Quick);
            var external = OnnxModel.ExternalFilesOf(path);
            var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
            var bytes = new FileInfo(path).Length + external.Sum(f => new FileInfo(Path.Combine(folder, f)).Length);
            using var file = File.OpenRead(path);
            return new ModelInspection(path, bytes, Digest.FromHash(SHA256.HashData(file)), model.Inputs, model.Outputs, model.Metadata, external);
        }
        catch (OnnxException e)
        {
            return ModelProblems.Of(e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return PackagingProblems.SourceUnreadable(path, e.Message);
        }
    }
}
