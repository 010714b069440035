using Fairlead.Control.Fleet;
using Fairlead.Core.Results;

namespace Fairlead.Control.Rollouts;

/// <summary>Which revision a rollback by hand goes to. Pure.</summary>
internal static class RollbackRule
{
    public static Result<RevisionRecord> Choose(DeploymentRecord record, int? asked)
    {
        var current = record.Current;
        if (asked is { } number)
        {
            if (record.Revisions.Find(r => r.Number == number) is not { } named) return ControlProblems.UnknownRevision(record.Name, number, record.Revisions.Select(r => r.Number));
            return IsSame(named, current) ? ControlProblems.RevisionRuns(record.Name, number) : named;
        }

        if (record.UnderWay is { } rollout && !IsSame(record.Revision(rollout.From), current)) return record.Revision(rollout.From);
        return record.Revisions.FindLast(r => r.Number < record.Wanted && r.State != RevisionState.Failed && !IsSame(r, current)) is { } before
            ? before
            : ControlProblems.NothingBefore(record.Name);
    }

    private static bool IsSame(RevisionRecord one, RevisionRecord other) => one.ManifestText == other.ManifestText && one.Content == other.Content;
}
