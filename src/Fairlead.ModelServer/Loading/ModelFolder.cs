using System.Text.Json;
using Fairlead.Core.Files;
using Fairlead.Core.Models;
using Fairlead.Core.Results;

namespace Fairlead.ModelServer.Loading;

/// <summary>The packed folder. Nothing outside it is ever opened on the descriptor's word.</summary>
internal sealed class ModelFolder
{
    private ModelFolder(string root, ModelDescriptor descriptor) => (Root, Descriptor) = (root, descriptor);

    public string Root { get; }

    public ModelDescriptor Descriptor { get; }

    public static Result<ModelFolder> Open(string folder)
    {
        var path = Path.Combine(folder, ModelDescriptor.FileName);
        if (!File.Exists(path)) return ServerProblems.DescriptorMissing(path);
        try
        {
            var descriptor = JsonSerializer.Deserialize(File.ReadAllBytes(path), ModelJson.Default.ModelDescriptor);
            if (descriptor is null || string.IsNullOrEmpty(descriptor.Name) || string.IsNullOrEmpty(descriptor.Version) || string.IsNullOrEmpty(descriptor.File))
            {
                return ServerProblems.DescriptorInvalid(path, "it names no model, version or file.");
            }

            return new ModelFolder(Path.GetFullPath(folder), descriptor);
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            return ServerProblems.DescriptorInvalid(path, e.Message);
        }
    }

    /// <summary>The path of a file that the descriptor names.</summary>
    /// <param name="key">What it is, for the problem: <c>model file</c>.</param>
    public Result<string> Resolve(string key, string relative)
    {
        if (ContainedPath.Normalize(relative) is not { } normal) return ServerProblems.PathOutside(key, relative);
        var path = Path.Combine(Root, normal);
        if (!ContainedPath.IsBelow(Root, path)) return ServerProblems.PathOutside(key, relative);
        return File.Exists(path) ? path : ServerProblems.FileMissing(key, relative);
    }
}
