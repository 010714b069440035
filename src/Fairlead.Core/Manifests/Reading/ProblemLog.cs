using Fairlead.Core.Results;

namespace Fairlead.Core.Manifests.Reading;

/// <summary>Collects every problem of one file. A problem found again while another environment is read counts once.</summary>
internal sealed class ProblemLog(string file)
{
    private readonly HashSet<Problem> _problems = [];

    /// <summary>In the order of the file.</summary>
    public IReadOnlyList<Problem> Problems =>
        [.. _problems.OrderBy(p => p.At!.Line).ThenBy(p => p.At!.Path, StringComparer.Ordinal).ThenBy(p => p.Code, StringComparer.Ordinal)];

    public bool IsEmpty => _problems.Count == 0;

    public void Add(int line, string path, Problem problem) =>
        _problems.Add(problem with { At = new SourceLocation(file, line, path) });
}
