using System.Text.RegularExpressions;
using Fairlead.Core.Results;

namespace Fairlead.Cli.Output;

/// <summary>A problem as people read it, and back: so a controller's last words become this command's problem.</summary>
internal static partial class ProblemText
{
    private const string Arrow = "  → ";

    public static string Format(Problem problem, Paint paint)
    {
        var where = problem.At is null ? "" : $"{problem.At}: ";
        return $"{where}{paint.Bad(problem.Code)}: {problem.Message}{Environment.NewLine}  {paint.Faint("→")} {problem.Hint}";
    }

    /// <summary>The problems among the lines of a log, in their order.</summary>
    public static IReadOnlyList<Problem> Parse(IReadOnlyList<string> lines)
    {
        var problems = new List<Problem>();
        for (var i = 0; i < lines.Count; i++)
        {
            if (FirstLine().Match(lines[i]) is not { Success: true } match) continue;
            var hint = i + 1 < lines.Count && lines[i + 1].StartsWith(Arrow, StringComparison.Ordinal) ? lines[i + 1][Arrow.Length..] : "";
            problems.Add(new Problem(match.Groups["code"].Value, match.Groups["message"].Value, hint));
        }

        return problems;
    }

    [GeneratedRegex(@"^(?<code>FL\d{4}): (?<message>.+)$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex FirstLine();
}
