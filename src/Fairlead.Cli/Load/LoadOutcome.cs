namespace Fairlead.Cli.Load;

/// <summary>What came of one request.</summary>
/// <param name="Due">When it should have been sent, since the load began.</param>
/// <param name="Latency">From then to the end of its answer, or to its failure: a request that was sent late had to wait, as its user did.</param>
/// <param name="Failure">Null when it was answered as it should be.</param>
internal readonly record struct LoadOutcome(TimeSpan Due, TimeSpan Latency, LoadFailure? Failure);

/// <param name="Status">The answer's, as its protocol writes it (<c>503</c>, <c>UNAVAILABLE</c>); empty when there was none.</param>
internal sealed record LoadFailure(LoadFailureKind Kind, string Status, string Detail)
{
    /// <summary>In a word, to count by.</summary>
    public string Name => Kind switch
    {
        LoadFailureKind.Refused => "refused",
        LoadFailureKind.Broken => "broken",
        LoadFailureKind.Timeout => "no answer",
        LoadFailureKind.NotSent => "not sent",
        _ => Status,
    };

    public static LoadFailure NoAnswer(TimeSpan waited) => new(LoadFailureKind.Timeout, "", $"No answer within {waited.TotalSeconds} s.");
}

internal enum LoadFailureKind
{
    /// <summary>No connection came about.</summary>
    Refused,

    /// <summary>The connection ended before the answer did.</summary>
    Broken,

    /// <summary>No answer in time.</summary>
    Timeout,

    /// <summary>It was due and too many were unanswered.</summary>
    NotSent,

    /// <summary>An answer, but not a good one.</summary>
    Status,
}
