namespace Fairlead.Onnx.Files;

/// <summary>
/// Holds the files that a model keeps tensors in to the model's folder. ONNX has them relative to the model
/// (onnx/docs/ExternalData.md); one that leads out could read any file of the machine into an answer.
/// </summary>
internal static class ExternalData
{
    private const int MaxLinks = 40;

    /// <exception cref="OnnxException">A location leads out of the folder or there is no such file.</exception>
    public static void Check(string modelPath, IEnumerable<string> locations)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(modelPath))!;
        foreach (var location in locations)
        {
            if (location.Length == 0 || location.Contains('\0') || Path.IsPathRooted(location) || location.Contains('\\') || !IsBelow(folder, Path.GetFullPath(location, folder)))
            {
                throw OnnxFailures.ExternalDataOutside(modelPath, location);
            }

            var target = Resolve(Path.GetFullPath(location, folder));
            if (!IsBelow(Resolve(folder), target)) throw OnnxFailures.ExternalDataOutside(modelPath, location);
            if (!File.Exists(target)) throw OnnxFailures.ExternalDataMissing(modelPath, location);
        }
    }

    private static bool IsBelow(string folder, string path) =>
        path.StartsWith(folder.EndsWith('/') ? folder : folder + '/', StringComparison.Ordinal);

    /// <summary>The path with every link on the way followed, as the system would.</summary>
    private static string Resolve(string path)
    {
        var pending = new Stack<string>(path.Split('/', StringSplitOptions.RemoveEmptyEntries).Reverse());
        var (resolved, links) = ("/", 0);
        while (pending.TryPop(out var part))
        {
            if (part == ".") continue;
            if (part == "..")
            {
                resolved = Path.GetDirectoryName(resolved) ?? "/";
                continue;
            }

            var next = Path.Combine(resolved, part);
            if (new FileInfo(next).LinkTarget is not { } target)
            {
                resolved = next;
                continue;
            }

            if (++links > MaxLinks) return next;
            if (Path.IsPathRooted(target)) resolved = "/";
            foreach (var piece in target.Split('/', StringSplitOptions.RemoveEmptyEntries).Reverse()) pending.Push(piece);
        }

        return resolved;
    }
}
