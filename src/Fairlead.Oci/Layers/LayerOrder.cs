namespace Fairlead.Oci.Layers;

/// <summary>The one order and shape that a set of entries has in a layer.</summary>
internal static class LayerOrder
{
    /// <summary>Every folder stands before what is in it.</summary>
    /// <exception cref="ArgumentException">A path is given twice, or lies below something that is no folder.</exception>
    public static IReadOnlyList<LayerEntry> Of(IReadOnlyList<LayerEntry> entries)
    {
        // Ordinal, since the order of files on disk and of cultures would change the digest of equal content.
        var sorted = new SortedDictionary<string, LayerEntry>(StringComparer.Ordinal);
        foreach (var entry in entries)
        {
            if (!sorted.TryAdd(entry.Path, entry)) throw new ArgumentException($"'{entry.Path}' is in the layer twice.", nameof(entries));
        }

        foreach (var entry in entries) AddParents(sorted, entry);
        return [.. sorted.Values];
    }

    private static void AddParents(SortedDictionary<string, LayerEntry> sorted, LayerEntry entry)
    {
        for (var slash = entry.Path.LastIndexOf('/'); slash > 0; slash = entry.Path.LastIndexOf('/', slash - 1))
        {
            var parent = entry.Path[..slash];
            if (sorted.TryAdd(parent, new LayerEntry.Folder(parent))) continue;
            if (sorted[parent] is not LayerEntry.Folder) throw new ArgumentException($"'{entry.Path}' lies below '{parent}', which is no folder.", nameof(entry));
        }
    }
}
