using System.Text.Json;
using Fairlead.Core.Models;

namespace Fairlead.ModelServer.Tests.Hosting;

/// <summary>A packed model folder in a temporary place.</summary>
internal sealed class PackedFolder : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("fairlead-server-");

    public string Path => _root.FullName;

    public static PackedFolder Of(byte[] model, Func<ModelDescriptor, ModelDescriptor>? describe = null, string? golden = null)
    {
        var folder = new PackedFolder();
        File.WriteAllBytes(folder.PathOf("model.onnx"), model);
        if (golden is not null) File.WriteAllText(folder.PathOf("golden.json"), golden);
        var descriptor = new ModelDescriptor { Name = "m", Version = "1.0.0", File = "model.onnx", Golden = golden is null ? null : "golden.json" };
        File.WriteAllBytes(folder.PathOf(ModelDescriptor.FileName), JsonSerializer.SerializeToUtf8Bytes(describe?.Invoke(descriptor) ?? descriptor, ModelJson.Default.ModelDescriptor));
        return folder;
    }

    public string PathOf(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose() => _root.Delete(recursive: true);
}
