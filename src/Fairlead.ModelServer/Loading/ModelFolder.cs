using System.Text.Json;
using Fairlead.Core.Models;
using Fairlead.Core.Results;

namespace Fairlead.ModelServer.Loading;

/// <summary>The packed folder. Nothing outside it is ever opened on the descriptor's word.</summary>
internal sealed class ModelFolder
{
    // As the kernel has it (path_resolution(7)): more links than this are a loop.
    private const int MostLinks = 40;

    private ModelFolder(string root, ModelDescriptor descriptor) => (Root, Descriptor) = (root, descriptor);

    public string Root { get; }

    public ModelDescriptor Descriptor { get; }

    public static Result<ModelFolder> Open(string folder)
    {
        var path = Path.Combine(folder, ModelDescriptor.FileName);
        if (!File.Exists(path)) return ServerProblems.DescriptorMissing(path);
        try
        {
            if (RealPath(Path.GetFullPath(folder), 0) is not { } root) return ServerProblems.DescriptorInvalid(path, "the folder's links form a loop.");
            var descriptor = JsonSerializer.Deserialize(File.ReadAllBytes(path), ModelJson.Default.ModelDescriptor);
            if (descriptor is null || descriptor.Name.Length == 0 || descriptor.Version.Length == 0) return ServerProblems.DescriptorInvalid(path, "it names no model or version.");
            return new ModelFolder(root, descriptor);
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            return ServerProblems.DescriptorInvalid(path, e.Message);
        }
    }

    /// <summary>The real path of a file that the descriptor names.</summary>
    /// <param name="key">What it is, for the problem: <c>model file</c>.</param>
    public Result<string> Resolve(string key, string relative)
    {
        if (relative.Length == 0 || Path.IsPathRooted(relative) || relative.Split('/', '\\').Contains("..")) return ServerProblems.PathOutside(key, relative);
        var real = RealPath(Path.Combine(Root, relative), 0);
        if (real is null || !real.StartsWith(Root.TrimEnd('/') + "/", StringComparison.Ordinal)) return ServerProblems.PathOutside(key, relative);
        return File.Exists(real) ? real : ServerProblems.FileMissing(key, relative);
    }

    /// <summary>The path with every link on the way followed, as realpath(3) gives it; null when links form a loop.</summary>
    private static string? RealPath(string path, int links)
    {
        var real = "/";
        foreach (var part in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            var next = Path.Combine(real, part);
            if (new FileInfo(next).LinkTarget is not { } target)
            {
                real = next;
                continue;
            }

            if (links >= MostLinks) return null;
            if (RealPath(Path.GetFullPath(target, real), ++links) is not { } followed) return null;
            real = followed;
        }

        return real;
    }
}
