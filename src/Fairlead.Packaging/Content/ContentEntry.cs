namespace Fairlead.Packaging.Content;

/// <summary>One file of a content folder before it is stored. <paramref name="Path"/> is relative, with <c>/</c>.</summary>
internal abstract record ContentEntry(string Path)
{
    /// <summary>A copy of a file.</summary>
    internal sealed record Copied(string Path, string Source, bool Executable) : ContentEntry(Path);

    /// <summary>A file that is written by Fairlead.</summary>
    internal sealed record Written(string Path, byte[] Bytes) : ContentEntry(Path);

    /// <summary>A link to a place in the same folder.</summary>
    internal sealed record Link(string Path, string Target) : ContentEntry(Path);
}
