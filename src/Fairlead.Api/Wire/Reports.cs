namespace Fairlead.Api.Wire;

/// <param name="Started"><c>up</c> when a command started it and may end it, <c>user</c> when it was started by hand.</param>
public sealed record ControllerInfo(string Version, int Pid, string Home, string Api, string Gateway, int? GatewayPid, string Started, DateTimeOffset StartedAt, IReadOnlyList<EngineReport> Engines);

/// <param name="Notes">What this machine cannot give, in plain words.</param>
public sealed record EngineReport(string Name, IReadOnlyList<string> Notes);

/// <summary>What would be done, in order, from the state at this moment.</summary>
/// <param name="Changes">Manifest keys that differ from the current revision, as <c>key: old → new</c>.</param>
public sealed record PlanReport(string Deployment, int? CurrentRevision, int Revision, IReadOnlyList<string> Changes, IReadOnlyList<PlanStep> Steps);

/// <param name="Action"><c>start</c>, <c>drain</c>, <c>stop</c> or <c>remove</c>.</param>
public sealed record PlanStep(string Action, string Replica, string Detail);

/// <summary>How a manifest, what is recorded of its deployment, and what runs differ.</summary>
/// <param name="Revision">The revision that is wanted; null when there is no such deployment.</param>
/// <param name="Changes">Manifest keys that differ from that revision, as <c>key: recorded → manifest</c>.</param>
/// <param name="Drift">Where what runs differs from what is recorded.</param>
public sealed record DiffReport(string Deployment, int? Revision, IReadOnlyList<string> Changes, IReadOnlyList<string> Drift);

/// <summary>Why a deployment is not as it should be: the likeliest cause first.</summary>
public sealed record WhyReport(string Deployment, bool Healthy, string Summary, IReadOnlyList<Cause> Causes);

/// <param name="Code">A code of docs/diagnostics.md.</param>
/// <param name="Evidence">What was seen, newest first: log lines, exit codes, counts.</param>
/// <param name="Remedy">What to do.</param>
public sealed record Cause(string Code, string Summary, IReadOnlyList<string> Evidence, string Remedy);

/// <param name="Severity"><c>information</c>, <c>warning</c> or <c>error</c>.</param>
/// <param name="Kind">A stable word such as <c>replica_exited</c>.</param>
public sealed record EventRecord(long Sequence, DateTimeOffset Time, string? Deployment, string? Replica, string Severity, string Kind, string Message);

public sealed record LogRecord(DateTimeOffset Time, string Replica, string Text);

/// <summary>The body of every answer that is not a success.</summary>
public sealed record ProblemReport(IReadOnlyList<ProblemItem> Problems);

public sealed record ProblemItem(string Code, string Message, string Hint, string? File = null, int? Line = null, string? Path = null);
