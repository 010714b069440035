namespace Fairlead.Core.Results;

/// <summary>A place in a file that the user wrote.</summary>
/// <param name="File">The file's path as the user gave it.</param>
/// <param name="Line">1-based line; 0 when the file as a whole is meant.</param>
/// <param name="Path">Keys from the root joined by <c>/</c>, such as <c>scale/targets/latency_p95</c>.</param>
public sealed record SourceLocation(string File, int Line, string Path)
{
    public override string ToString() => (Line, Path) switch
    {
        (0, "") => File,
        (_, "") => $"{File}:{Line}",
        (0, _) => $"{File}: {Path}",
        _ => $"{File}:{Line}: {Path}",
    };
}
