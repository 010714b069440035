namespace Fairlead.Control.Fleet;

public enum RolloutState
{
    Progressing,
    Complete,
    RolledBack,
}

/// <summary>One update from a revision to another.</summary>
/// <param name="From">The last revision that served well: where a rollback goes.</param>
/// <param name="Reason">Why it was rolled back.</param>
public sealed record RolloutRecord(int From, int To, RolloutState State, DateTimeOffset StartedAt)
{
    /// <summary>Stopped by hand where it is: it neither goes on nor is it judged.</summary>
    public bool Paused { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    public string? Reason { get; init; }

    /// <summary>Requests answered while it ran.</summary>
    public long Requests { get; init; }

    /// <summary>Of these, failed through our fault.</summary>
    public long Failed { get; init; }
}
