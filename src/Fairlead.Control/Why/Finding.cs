namespace Fairlead.Control.Why;

/// <summary>One cause of a deployment's state.</summary>
/// <param name="Code">Listed in docs/diagnostics.md.</param>
/// <param name="Evidence">What was seen, newest first.</param>
/// <param name="Remedy">What to do.</param>
public sealed record Finding(string Code, string Summary, IReadOnlyList<string> Evidence, string Remedy);

/// <summary>The likeliest cause first.</summary>
public sealed record Diagnosis(bool Healthy, string Summary, IReadOnlyList<Finding> Findings);

/// <summary>What is known of the gateway's process beside what it tells itself.</summary>
/// <param name="Problem">Why it is not there, when it has been tried.</param>
public sealed record GatewayCondition(bool Answers, string Address, string? Problem);
