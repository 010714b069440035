namespace Fairlead.Cli.Drilling;

/// <summary>What a drill found.</summary>
/// <param name="Requests">Sent in all, between the faults too.</param>
internal sealed record DrillReport(string Deployment, string Engine, double Rate, long Requests, long Failed, double P50Milliseconds, double P99Milliseconds, IReadOnlyList<DrillResult> Faults);

/// <summary>One fault.</summary>
/// <param name="DetectedSeconds">From the fault until the controller or the gateway showed it; null when nothing was to be detected, or it did not show.</param>
/// <param name="RecoveredSeconds">From the fault until all replicas were ready again.</param>
/// <param name="Requests">Due from the fault until then.</param>
/// <param name="Failed">Of these.</param>
/// <param name="Skipped">Why it was not made here.</param>
internal sealed record DrillResult(string Fault, double? DetectedSeconds, double? RecoveredSeconds, long Requests, long Failed, string? FirstFailure, string? Skipped)
{
    public static DrillResult Skip(string fault, string why) => new(fault, null, null, 0, 0, null, why);
}
