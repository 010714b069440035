namespace Fairlead.Cli.Load;

/// <summary>What came of one request.</summary>
/// <param name="Due">When it should have been sent, since the load began.</param>
/// <param name="Latency">From then to the end of its answer, or to its failure: a request that was sent late had to wait, as its user did.</param>
/// <param name="Failure">Null when it was answered as it should be.</param>
internal readonly record struct LoadOutcome(TimeSpan Due, TimeSpan Latency, LoadFailure? Failure);

/// <param name="Status">The answer's; 0 when there was none.</param>
internal sealed record LoadFailure(LoadFailureKind Kind, int Status, string Detail);

internal enum LoadFailureKind
{
    /// <summary>No connection came about.</summary>
    Refused,

    /// <summary>The connection ended before the answer did.</summary>
    Broken,

    /// <summary>No answer in time.</summary>
    Timeout,

    /// <summary>An answer, but not a good one.</summary>
    Status,
}
