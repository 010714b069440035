namespace Fairlead.Packaging.Closure;

/// <summary>A program or library that goes into the image or is in it.</summary>
/// <param name="Path">Where the image has it, without links.</param>
/// <param name="Root">Where its file is read, and <paramref name="Source"/> its path in there.</param>
/// <param name="LoadedBy">What needs it; null for what the image is made for.</param>
internal sealed record LoadedObject(string Path, RootFolder Root, string Source, ElfFile Elf, LoadedObject? LoadedBy)
{
    /// <summary>As people know it.</summary>
    public string FullSource => Root.Full(Source);

    /// <summary>The folders to look into before the loader's own, in its order; each with what it is in the image.</summary>
    public IEnumerable<(string Here, string InImage)> OwnFolders()
    {
        // ld.so(8): a run path of the object that needs the library, or, without one, the DT_RPATH of it and of all that loaded it.
        if (Elf.RunPath.Count > 0) return Elf.RunPath.SelectMany(Expand);
        return Chain().Where(o => o.Elf.RunPath.Count == 0).SelectMany(o => o.Elf.RPath.SelectMany(o.Expand));
    }

    private IEnumerable<LoadedObject> Chain()
    {
        for (var at = this; at is not null; at = at.LoadedBy) yield return at;
    }

    // $LIB and $PLATFORM depend on the loader's build; nothing that is made for several machines uses them.
    private IEnumerable<(string Here, string InImage)> Expand(string folder)
    {
        var (here, inImage) = (Origin(folder, Source), Origin(folder, Path));
        return here.Contains('$') || !here.StartsWith('/') ? [] : [(here, inImage)];
    }

    private static string Origin(string folder, string path)
    {
        var origin = System.IO.Path.GetDirectoryName(path)!;
        return folder.Replace("${ORIGIN}", origin, StringComparison.Ordinal).Replace("$ORIGIN", origin, StringComparison.Ordinal);
    }
}
