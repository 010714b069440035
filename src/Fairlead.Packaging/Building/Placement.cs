using Fairlead.Oci.Layers;

namespace Fairlead.Packaging.Building;

/// <summary>Which paths of an image are taken: a file of the user's must neither replace another nor turn a link into a folder.</summary>
internal sealed class Placement
{
    private readonly HashSet<string> _leaves = new(StringComparer.Ordinal);
    private readonly HashSet<string> _folders = new(StringComparer.Ordinal);

    public Placement(IEnumerable<LayerEntry> entries)
    {
        foreach (var entry in entries)
        {
            _ = (entry is LayerEntry.Folder ? _folders : _leaves).Add(entry.Path);
            AddParents(entry.Path);
        }
    }

    /// <summary>False when the path is taken, is a folder, or lies below what is no folder.</summary>
    public bool Take(string path)
    {
        if (_leaves.Contains(path) || _folders.Contains(path) || Parents(path).Any(_leaves.Contains)) return false;
        _leaves.Add(path);
        AddParents(path);
        return true;
    }

    private void AddParents(string path)
    {
        foreach (var parent in Parents(path)) _folders.Add(parent);
    }

    private static IEnumerable<string> Parents(string path)
    {
        for (var slash = path.LastIndexOf('/'); slash > 0; slash = path.LastIndexOf('/', slash - 1)) yield return path[..slash];
    }
}
