using Fairlead.Core.Files;

namespace Fairlead.Oci.Unpacking;

/// <summary>
/// The folder that an image is unpacked into. No entry is written outside of it, whatever names and links say; links with
/// an absolute target are made relative, so that who reads the folder later stays inside too.
/// </summary>
internal sealed class RootFolder(string folder)
{
    private readonly List<string> _links = [];

    /// <summary>Without links of its own.</summary>
    public string Root { get; } = ContainedPath.Follow(Path.GetFullPath(folder));

    /// <summary>Where an entry lies, its parent folders made.</summary>
    public string Place(string name)
    {
        var path = Path.Combine(Root, name);
        var parent = Path.GetDirectoryName(path)!;
        if (parent != Root) MakeFolder(parent, name);
        return path;
    }

    /// <summary>Removes what is at a path, except a folder that another folder is laid over.</summary>
    public static void Clear(string path, bool keepFolder)
    {
        var there = new FileInfo(path);
        if (there.LinkTarget is not null || there.Exists) there.Delete();
        else if (Directory.Exists(path) && !keepFolder) Directory.Delete(path, recursive: true);
    }

    public void Link(string path, string name, string target)
    {
        var text = target.StartsWith('/') ? Path.GetRelativePath(ContainedPath.Follow(Path.GetDirectoryName(path)!), Path.Combine(Root, target.TrimStart('/'))) : target;
        if (text.Length == 0) throw new LayerRefusedException($"the link '{name}' has no target");
        Clear(path, keepFolder: false);
        File.CreateSymbolicLink(path, text);
        Demand(path, $"the link '{name}' leads out of the image, to '{target}'");
        _links.Add(path);
    }

    /// <summary>The existing file that a hard link means.</summary>
    public string Existing(string name, string target)
    {
        var path = Path.Combine(Root, target);
        Demand(path, $"the hard link '{name}' leads out of the image, to '{target}'");
        if (new FileInfo(path) is not { Exists: true, LinkTarget: null }) throw new LayerRefusedException($"the hard link '{name}' is to '{target}', which is no file");
        return path;
    }

    /// <summary>A link may have become an escape by what was made after it.</summary>
    public void CheckLinks()
    {
        foreach (var link in _links.Where(l => new FileInfo(l).LinkTarget is not null)) Demand(link, $"the link '{Path.GetRelativePath(Root, link)}' leads out of the image");
    }

    // Step by step: a parent that is a link is followed only when it stays inside; a file in the way is replaced by no one.
    private void MakeFolder(string folder, string name)
    {
        if (Directory.Exists(folder))
        {
            Demand(folder, $"'{name}' lies behind a link that leads out of the image");
            return;
        }

        var above = Path.GetDirectoryName(folder)!;
        if (above != Root) MakeFolder(above, name);
        if (Path.Exists(folder) || new FileInfo(folder).LinkTarget is not null) throw new LayerRefusedException($"'{name}' lies below something that is no folder");
        Directory.CreateDirectory(folder);
    }

    private void Demand(string path, string otherwise)
    {
        var real = ContainedPath.Follow(path);
        if (real != Root && !real.StartsWith(Root + '/', StringComparison.Ordinal)) throw new LayerRefusedException(otherwise);
    }
}
