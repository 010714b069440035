namespace Fairlead.Packaging.Closure;

/// <summary>The package that a file belongs to.</summary>
/// <param name="Source">The source package, which security notices name.</param>
internal sealed record DebianPackage(string Name, string Version, string Architecture, string Source, string SourceVersion);
