namespace Fairlead.Core.Routing;

/// <summary>What the gateway tells the controller: <c>GET /state</c> on its unix socket.</summary>
/// <param name="RouteVersion">The snapshot in force; 0 before the first.</param>
public sealed record GatewayState(int Pid, long RouteVersion, IReadOnlyList<GatewayDeployment> Deployments, IReadOnlyList<GatewayReplica> Replicas)
{
    /// <summary>Field 22 of <c>/proc/PID/stat</c>: with the process id it names one gateway.</summary>
    public long StartTime { get; init; }

    public GatewayPhase Phase { get; init; } = GatewayPhase.Serving;

    /// <summary>Which build of the program it is; empty for one that does not say, and that cannot hand over.</summary>
    public string Build { get; init; } = "";
}

public enum GatewayPhase
{
    /// <summary>It has its routes and waits for <c>POST /accept</c>.</summary>
    Standby,

    Serving,

    /// <summary>It accepts no connections any more; another one does.</summary>
    Draining,
}

/// <param name="Requests">Answered since the gateway started, probes not counted.</param>
/// <param name="Failed">Of these, answered 5xx or aborted by us; what the client did wrong or cancelled is not counted.</param>
public sealed record GatewayDeployment(string Deployment, long Requests, long Failed, long InFlight)
{
    /// <summary>Of those in flight, the ones that wait for a first replica.</summary>
    public long Held { get; init; }
}

/// <summary>Whose requests wait for a first replica: <c>GET /held?after=SEQUENCE</c>, answered when there is news.</summary>
/// <param name="Sequence">Grows each time that a deployment's first request begins to wait.</param>
public sealed record GatewayWaiting(long Sequence, IReadOnlyList<string> Deployments)
{
    public const string Route = "/held";

    /// <summary>The name in the query of the last sequence that was seen; another one than that is news.</summary>
    public const string After = "after";

    /// <summary>The gateway answers at the latest after so long, whatever has happened.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);
}

/// <param name="InFlight">Requests that this gateway has sent it and that are not answered yet; kept for replicas that left the routes until it is 0.</param>
/// <param name="Healthy">False while ejected or failing its active check.</param>
/// <param name="Reason">Why it is not healthy.</param>
public sealed record GatewayReplica(string Id, long InFlight, bool Healthy, string? Reason);

/// <summary>The file by which a running gateway is found again.</summary>
/// <param name="StartTime">Field 22 of <c>/proc/PID/stat</c>, so that a reused process id is not taken for the gateway.</param>
public sealed record GatewayRecord(int Pid, long StartTime, string Address);
