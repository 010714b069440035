namespace Fairlead.Packaging.Closure;

/// <summary>The libraries that programs need, with the links by which the loader finds them.</summary>
internal sealed record LibraryClosure(IReadOnlyList<ClosureFile> Files, IReadOnlyList<RootLink> Links);

/// <param name="Path">In the image.</param>
/// <param name="Source">On this machine.</param>
internal sealed record ClosureFile(string Path, string Source);

/// <summary>A program, or a library that is opened by its path, that the image is made for.</summary>
/// <param name="Path">In the image.</param>
/// <param name="Source">On this machine.</param>
/// <param name="Opens">Libraries that it opens by name.</param>
internal sealed record ProgramFile(string Path, string Source, IReadOnlyList<string> Opens);
