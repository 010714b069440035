using System.Reflection;
using System.Text.Json;
using Fairlead.Core.Models;

namespace Fairlead.Bench.Server;

/// <summary>A temporary folder for bodies and packed models.</summary>
internal sealed class Workspace : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("fairlead-bench-");

    public static string ModelServer => Metadata("ModelServer");

    public string Write(string name, byte[] bytes)
    {
        var path = Path.Combine(_root.FullName, name.Replace('/', '-'));
        File.WriteAllBytes(path, bytes);
        return path;
    }

    /// <summary>The folder that the model server takes.</summary>
    public PackedModel Pack(string name, byte[] model)
    {
        var folder = _root.CreateSubdirectory(name).FullName;
        var file = Path.Combine(folder, "model.onnx");
        File.WriteAllBytes(file, model);
        var descriptor = new ModelDescriptor { Name = name, Version = "1.0.0", File = "model.onnx" };
        File.WriteAllBytes(Path.Combine(folder, ModelDescriptor.FileName), JsonSerializer.SerializeToUtf8Bytes(descriptor, ModelJson.Default.ModelDescriptor));
        return new PackedModel(name, folder, file);
    }

    public void Dispose() => _root.Delete(recursive: true);

    private static string Metadata(string key) =>
        typeof(Workspace).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(a => a.Key == key).Value!;
}

internal sealed record PackedModel(string Name, string Folder, string File)
{
    public string InferPath => $"/v2/models/{Name}/infer";
}
