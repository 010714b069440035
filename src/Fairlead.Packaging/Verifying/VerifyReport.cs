using Fairlead.Core.Identity;
using Fairlead.Core.Results;

namespace Fairlead.Packaging;

/// <summary>What was found about an image.</summary>
public sealed record VerifyReport(string Image, Digest Digest, IReadOnlyList<VerifyCheck> Checks)
{
    public bool IsOk => Checks.All(c => c.Problem is null);
}

/// <param name="Finding">What was seen, for people.</param>
/// <param name="Problem">Null when the check holds.</param>
public sealed record VerifyCheck(string Subject, string Finding, Problem? Problem);
