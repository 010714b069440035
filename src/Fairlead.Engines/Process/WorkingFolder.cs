using Fairlead.Core.Engines;
using Fairlead.Core.Manifests;

namespace Fairlead.Engines.Process;

/// <summary>Fills a replica's working folder: a command's own copy of its content, then the manifest's files.</summary>
internal static class WorkingFolder
{
    // Above this a file is weights, not code: linked to the one copy that all replicas read.
    private const long LargestCopy = 64 << 20;

    public static void Fill(ReplicaSpec spec, string content, string work)
    {
        if (spec.Workload is Workload.Command) CopyFolder(content, work);
        foreach (var file in spec.Files) Lay(file, content, work);
    }

    /// <summary>The absolute path, or null when it leads out of the folder.</summary>
    public static string? Inside(string folder, string path)
    {
        if (path.Length == 0 || Path.IsPathRooted(path) || path.Contains('\0')) return null;
        var full = Path.GetFullPath(path, folder);
        return full.StartsWith(folder + "/", StringComparison.Ordinal) ? full : null;
    }

    private static void CopyFolder(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var entry in new DirectoryInfo(from).EnumerateFileSystemInfos())
        {
            var target = Path.Combine(to, entry.Name);
            if (entry.LinkTarget is { } link) File.CreateSymbolicLink(target, link);
            else if (entry is FileInfo { Length: > LargestCopy }) File.CreateSymbolicLink(target, entry.FullName);
            else if (entry is FileInfo file) CopyFile(file.FullName, target);
            else CopyFolder(entry.FullName, target);
        }
    }

    private static void Lay(FileSpec file, string content, string work)
    {
        var target = Inside(work, file.To) ?? throw new ArgumentException($"'{file.To}' leads out of the working folder.", nameof(file));
        RefuseLinks(work, target);
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        File.Delete(target);
        CopyFile(Path.Combine(content, file.From), target);
    }

    /// <summary>Content is packed read-only, and the copy belongs to the replica.</summary>
    private static void CopyFile(string from, string to)
    {
        File.Copy(from, to);
        File.SetUnixFileMode(to, File.GetUnixFileMode(to) | UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    /// <summary>A folder of the content that is a link would lead the write out of the working folder.</summary>
    private static void RefuseLinks(string work, string target)
    {
        for (var folder = Path.GetDirectoryName(target)!; folder.Length > work.Length; folder = Path.GetDirectoryName(folder)!)
        {
            if (new DirectoryInfo(folder).LinkTarget is not null) throw new IOException($"{folder} is a link; `files` cannot be laid through it");
        }
    }
}
