namespace Fairlead.Oci.Unpacking;

/// <summary>Names that say what of the layers below is no longer there (OCI image spec, layer.md, "Whiteouts").</summary>
internal sealed class Whiteouts(string root)
{
    private const string Prefix = ".wh.";
    private const string Opaque = ".wh..wh..opq";
    private readonly HashSet<string> _made = new(StringComparer.Ordinal);

    /// <summary>The path belongs to this layer; what hides a folder's older contents leaves it.</summary>
    public void Made(string path)
    {
        for (var part = path; part.Length > root.Length && _made.Add(part); part = Path.GetDirectoryName(part)!)
        {
        }
    }

    /// <returns>Whether the name is a whiteout and no file of its own.</returns>
    public bool Apply(string path)
    {
        var name = Path.GetFileName(path);
        var parent = Path.GetDirectoryName(path)!;
        if (name == Opaque) Hide(parent);
        else if (!name.StartsWith(Prefix, StringComparison.Ordinal)) return false;
        else if (name.Length > Prefix.Length && name[Prefix.Length..] is not ("." or "..")) RootFolder.Clear(Path.Combine(parent, name[Prefix.Length..]), keepFolder: false);
        return true;
    }

    private void Hide(string folder)
    {
        foreach (var path in Directory.GetFileSystemEntries(folder))
        {
            if (!_made.Contains(path)) RootFolder.Clear(path, keepFolder: false);
            else if (new FileInfo(path).LinkTarget is null && Directory.Exists(path)) Hide(path);
        }
    }
}
