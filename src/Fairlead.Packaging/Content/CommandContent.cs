using Fairlead.Core.Files;
using Fairlead.Core.Homes;
using Fairlead.Core.Manifests;
using Fairlead.Core.Results;
using Fairlead.Core.Units;

namespace Fairlead.Packaging.Content;

/// <summary>What a replica of <c>model.command</c> needs: the manifest's folder, without what is made again elsewhere.</summary>
internal sealed class CommandContent
{
    public static readonly ByteSize Limit = new(2L << 30);
    private static readonly HashSet<string> LeftOut = new(StringComparer.Ordinal) { ".git", "__pycache__", "node_modules", ".venv" };

    private readonly SourceFiles _files;
    private readonly string _root;
    private readonly string _home;
    private readonly long _limit;
    private long _bytes;

    private CommandContent(string root, FairleadHome home, long limit) =>
        (_files, _root, _home, _limit) = (new SourceFiles(root), root, Path.GetFullPath(home.Root), limit);

    public static Result<IReadOnlyList<ContentEntry>> Collect(IReadOnlyList<string> command, IReadOnlyList<FileSpec> files, string root, FairleadHome home) =>
        Collect(command, files, root, home, Limit.Bytes);

    internal static Result<IReadOnlyList<ContentEntry>> Collect(IReadOnlyList<string> command, IReadOnlyList<FileSpec> files, string root, FairleadHome home, long limit)
    {
        var content = new CommandContent(root, home, limit);
        try
        {
            content.CheckProgram(command[0]);
            if (content.AddFolder("")) foreach (var (file, i) in files.Select((f, i) => (f, i))) content._files.Add(file.From, $"files/{i}/from");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            content._files.Fail("model/command", PackagingProblems.SourceUnreadable(root, e.Message));
        }

        return content._files.ToResult();
    }

    private void CheckProgram(string program)
    {
        if (ContainedPath.Normalize(program) is { } relative && relative.Split('/') is { Length: > 1 } parts && parts.FirstOrDefault(LeftOut.Contains) is { } folder)
        {
            _files.Fail("model/command", PackagingProblems.CommandNotPacked(program, folder));
        }
    }

    /// <summary>False once the limit is passed: there is no use in reading on.</summary>
    private bool AddFolder(string relative)
    {
        foreach (var entry in new DirectoryInfo(Path.Combine(_root, relative)).EnumerateFileSystemInfos().OrderBy(e => e.Name, StringComparer.Ordinal))
        {
            var path = relative.Length == 0 ? entry.Name : $"{relative}/{entry.Name}";
            if (LeftOut.Contains(entry.Name) || entry.FullName == _home) continue;
            if (entry.LinkTarget is { } target) AddLink(path, entry.FullName, target);
            else if (entry is DirectoryInfo && !AddFolder(path)) return false;
            else if (entry is FileInfo file && !AddFile(path, file)) return false;
        }

        return true;
    }

    private bool AddFile(string path, FileInfo file)
    {
        if (Posix.SpecialKindOf(file.FullName) is { } kind)
        {
            _files.Fail("model/command", PackagingProblems.NotAFile(path, kind));
            return true;
        }

        _bytes += file.Length;
        if (_bytes > _limit)
        {
            _files.Fail("model/command", PackagingProblems.TooLarge(_root, _bytes, new ByteSize(_limit)));
            return false;
        }

        _files.Add(new ContentEntry.Copied(path, file.FullName, SourceFiles.IsExecutable(file.FullName)));
        return true;
    }

    // An absolute target would point from the store back into this folder, so it counts as leaving, wherever it leads.
    private void AddLink(string path, string full, string target)
    {
        if (Path.IsPathRooted(target) || !ContainedPath.IsBelow(_root, full)) _files.Fail("model/command", PackagingProblems.LeadsOut(path));
        else _files.Add(new ContentEntry.Link(path, target));
    }
}
