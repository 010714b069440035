namespace Fairlead.Api.Wire;

/// <summary>Asks for a deployment as this manifest says: a new revision when content or configuration differ from the current one.</summary>
/// <param name="Manifest">The resolved manifest as JSON with the keys of <c>fairlead.yaml</c>, environment laid over.</param>
/// <param name="Content">What was packed: on <c>process</c> the digest of the folder in the home's content store, on <c>docker</c> that of the manifest of the image in its local store; null for a <c>model.image</c> without <c>files</c>.</param>
/// <param name="Engine"><c>process</c> or <c>docker</c>.</param>
/// <param name="Replicas">Overrides <c>scale.min</c> as the number to run; null keeps a number set by hand before, else <c>scale.min</c>.</param>
/// <param name="Source">Where the manifest came from, for people.</param>
public sealed record DeployRequest(string Manifest, string? Content, string Engine, int? Replicas, string? Source);

/// <param name="Changed">False when everything was already so.</param>
public sealed record DeployAccepted(string Deployment, int Revision, bool Changed);

public sealed record ScaleRequest(int Replicas);

/// <summary>Harms one replica on purpose.</summary>
/// <param name="Fault"><c>kill</c>, <c>freeze</c>, <c>thaw</c> or <c>out_of_memory</c>.</param>
public sealed record FaultRequest(string Fault);

/// <param name="Revision">What to go back to; null is the last revision that served.</param>
public sealed record RollbackRequest(int? Revision = null);

/// <summary>One deployment as it stands.</summary>
/// <param name="Phase"><c>progressing</c>, <c>ready</c>, <c>idle</c> (no replica runs until a request comes), <c>degraded</c> (fewer ready than wanted, still serving), <c>failed</c> (none ready and none coming) or <c>stopping</c>.</param>
/// <param name="Revision">The revision that is wanted.</param>
/// <param name="Desired">Replicas wanted.</param>
/// <param name="Ready">Replicas of the wanted revision that are ready.</param>
/// <param name="Urls">Where to send requests, first the one to try.</param>
/// <param name="TryIt">A <c>curl</c> line that works; null when no golden request is known.</param>
/// <param name="Rollout">The update under way or the last one.</param>
/// <param name="Scaling">Null without <c>scale/targets</c> and <c>scale/schedule</c>.</param>
public sealed record DeploymentStatus(
    string Name,
    string Version,
    string Engine,
    string Phase,
    int Revision,
    int Desired,
    int Ready,
    DateTimeOffset CreatedAt,
    IReadOnlyList<string> Urls,
    string? TryIt,
    TrafficStatus Traffic,
    RolloutStatus? Rollout,
    IReadOnlyList<ReplicaStatus> Replicas,
    ScalingStatus? Scaling = null);

/// <summary>What the autoscaler last decided.</summary>
/// <param name="Outcome"><c>steady</c>, <c>out</c>, <c>in</c>, <c>cooling_down</c>, <c>blind</c>, <c>at_max</c> or <c>paced</c>.</param>
/// <param name="Wanted">Replicas that it asks for.</param>
/// <param name="DryRun">It is only told, not done.</param>
/// <param name="Decision">Inputs, formula and outcome, for people.</param>
/// <param name="Finding">What no number of replicas puts right.</param>
/// <param name="Unusable">Signals that are not known, each with what is wrong with it.</param>
public sealed record ScalingStatus(string Outcome, int Wanted, bool DryRun, string Decision, string? Finding, IReadOnlyList<string> Unusable);

/// <param name="RequestsPerSecond">Over the last 10 s; null when no gateway answers.</param>
/// <param name="LatencyP50Seconds">Over the last 10 s; null without requests.</param>
/// <param name="LatencyP95Seconds">Over the last 10 s; null without requests.</param>
/// <param name="Requests">Answered since the deployment was first routed.</param>
/// <param name="Failed">Of these, failed through our fault.</param>
public sealed record TrafficStatus(double? RequestsPerSecond, double? LatencyP50Seconds, double? LatencyP95Seconds, long Requests, long Failed, long InFlight);

/// <param name="State"><c>progressing</c>, <c>complete</c> or <c>rolled_back</c>.</param>
/// <param name="Reason">Why it was rolled back.</param>
/// <param name="Requests">Requests served while it ran.</param>
/// <param name="Failed">Requests failed while it ran.</param>
/// <param name="Paused">Stopped by hand where it is.</param>
/// <param name="Share">What a canary gets of the traffic, <c>5%</c>; null when it is none or has passed its steps.</param>
public sealed record RolloutStatus(int From, int To, string State, DateTimeOffset StartedAt, DateTimeOffset? EndedAt, string? Reason, long Requests, long Failed, bool Paused = false, string? Share = null);

/// <param name="Phase"><c>starting</c>, <c>ready</c>, <c>not_ready</c>, <c>draining</c>, <c>exited</c> or <c>waiting</c> (for its restart back-off).</param>
/// <param name="Reason">Why it is not ready, as the replica or engine says.</param>
/// <param name="Restarts">How often this place was filled again after a failure.</param>
/// <param name="CpuCores">Processor used over the last seconds, in cores.</param>
public sealed record ReplicaStatus(
    string Id,
    int Revision,
    string Phase,
    string? Reason,
    string Address,
    string Handle,
    DateTimeOffset StartedAt,
    int Restarts,
    double? CpuCores,
    long? MemoryBytes,
    long InFlight,
    IReadOnlyList<string> Notes);

/// <param name="State"><c>current</c>, <c>superseded</c> or <c>failed</c>.</param>
/// <param name="CopyOf">The revision that a rollback repeated; null for a deploy.</param>
public sealed record RevisionSummary(int Number, string Version, string? Content, string State, DateTimeOffset CreatedAt, int? CopyOf, string Manifest);
