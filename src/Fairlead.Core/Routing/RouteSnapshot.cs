using System.Text.Json.Serialization;

namespace Fairlead.Core.Routing;

/// <summary>All that the gateway routes to, as one value: it is accepted whole or not at all.</summary>
/// <param name="Version">Grows with every change; the gateway refuses to go back.</param>
public sealed record RouteSnapshot(long Version, IReadOnlyList<DeploymentRoute> Deployments);

public enum RouteKind
{
    /// <summary>Reached at <c>/v2/models/{deployment}/…</c>, passed on as it came.</summary>
    Model,

    /// <summary>Reached at <c>/services/{deployment}/…</c>, with that prefix taken off.</summary>
    Service,
}

/// <param name="TimeoutMilliseconds">For the whole request, retries included.</param>
/// <param name="MaxBodyBytes">A larger body is answered 413.</param>
public sealed record DeploymentRoute(string Deployment, RouteKind Kind, int TimeoutMilliseconds, long MaxBodyBytes, IReadOnlyList<RevisionRoute> Revisions)
{
    /// <summary>While it has no replica its requests wait for one; null: they are refused.</summary>
    public HoldRoute? Hold { get; init; }
}

/// <summary>What the gateway tells of a deployment that has no replica and gets one when a request waits.</summary>
/// <param name="Ready">A replica of what is wanted has been ready, and nothing speaks against the next.</param>
/// <param name="Trouble">Why the last start came to nothing, without a full stop; null when nothing is known against the next.</param>
public sealed record HoldRoute(bool Ready, string? Trouble);

/// <param name="Version">Pinned by <c>/v2/models/{deployment}/versions/{version}</c>.</param>
/// <param name="Weight">Share of the unpinned traffic relative to the other revisions; 0 is none.</param>
public sealed record RevisionRoute(int Revision, string Version, int Weight, IReadOnlyList<ReplicaRoute> Replicas);

/// <param name="Address"><c>host:port</c>.</param>
/// <param name="ReadyPath">Asked by the gateway's active health check; 2xx is healthy. Empty: being able to connect is enough.</param>
public sealed record ReplicaRoute(string Id, string Address, string ReadyPath);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UseStringEnumConverter = true)]
[JsonSerializable(typeof(RouteSnapshot))]
[JsonSerializable(typeof(GatewayState))]
[JsonSerializable(typeof(GatewayWaiting))]
[JsonSerializable(typeof(GatewayRecord))]
public sealed partial class RoutingJson : JsonSerializerContext;
