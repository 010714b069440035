using Fairlead.Core.Results;

namespace Fairlead.Core.Models.Golden;

internal static class GoldenProblems
{
    public static Problem NotJson(string reason) => new("FL2110", $"The golden file is no JSON: {reason}", "Correct it; docs/reference/golden.md shows the form.");

    public static Problem Invalid(string reason) => new("FL2111", reason, "Correct the golden file; docs/reference/golden.md shows the form.");
}
