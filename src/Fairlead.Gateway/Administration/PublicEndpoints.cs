using System.Reflection;
using Fairlead.Gateway.Forwarding;
using Fairlead.Gateway.HandOver;
using Fairlead.Gateway.Limits;
using Fairlead.Gateway.Routing;
using Microsoft.AspNetCore.Http.Features;

namespace Fairlead.Gateway.Administration;

/// <summary>The public listener: what the gateway answers itself, and what it forwards.</summary>
internal sealed class PublicEndpoints(RouteBook book, Forwarder forwarder, GatewayLife life, CancellationToken stopping)
{
    private static readonly string Version =
        typeof(PublicEndpoints).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "";

    public Task HandleAsync(HttpContext context)
    {
        if (life.HandsOver) context.Response.Headers.Connection = "close";
        if (RequestRules.Check(context.Request) is var (status, error)) return RefuseAsync(context, status, error);
        var target = RequestTarget.Of(context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget);
        return target.Kind switch
        {
            TargetKind.Ambiguous => RefuseAsync(context, 400, "The path has '.' or '..' segments."),
            TargetKind.Own => AnswerAsync(context, target.Path.Length > 1 ? target.Path.TrimEnd('/') : target.Path),
            _ => forwarder.ForwardAsync(context, target),
        };
    }

    private Task AnswerAsync(HttpContext context, string path)
    {
        var get = HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method);
        return path switch
        {
            "/livez" or "/v2/health/live" when get => OwnAnswer.EmptyAsync(context, 200),
            "/readyz" when get => OwnAnswer.EmptyAsync(context, TakesRequests ? 200 : 503),
            "/v2/health/ready" when get => OwnAnswer.EmptyAsync(context, TakesRequests && book.Current.Deployments.All(d => d.TakesRequests) ? 200 : 503),
            "/v2" when get => OwnAnswer.JsonAsync(context, 200, new ServerMetadata("fairlead-gateway", Version, ["model_repository"]), OwnJson.Default.ServerMetadata, context.RequestAborted),
            "/v2/repository/index" when HttpMethods.IsPost(context.Request.Method) => OwnAnswer.JsonAsync(context, 200, Index(), OwnJson.Default.IReadOnlyListRepositoryEntry, context.RequestAborted),
            "/livez" or "/v2/health/live" or "/readyz" or "/v2/health/ready" or "/v2" => NotAllowedAsync(context, "GET, HEAD"),
            "/v2/repository/index" => NotAllowedAsync(context, "POST"),
            _ => OwnAnswer.ErrorAsync(context, 404, "There is nothing here; models are at /v2/models/{deployment}, services at /services/{deployment}/.", context.RequestAborted),
        };
    }

    /// <summary>Routes were received, even if they are empty, and no stop was ordered.</summary>
    private bool TakesRequests => book.Current.Snapshot.Version > 0 && !stopping.IsCancellationRequested;

    private IReadOnlyList<RepositoryEntry> Index() =>
    [
        .. from deployment in book.Current.Deployments
           from revision in deployment.Revisions
           let up = Array.Exists(revision.Replicas, r => r.Health.IsUp) || (deployment.Holds && deployment.TakesRequests)
           select new RepositoryEntry(deployment.Name, revision.Version, up ? "READY" : "UNAVAILABLE", !up ? "no replica takes requests" : deployment.Holds ? "it starts at the first request" : ""),
    ];

    private static Task NotAllowedAsync(HttpContext context, string allowed)
    {
        context.Response.Headers.Allow = allowed;
        return OwnAnswer.ErrorAsync(context, 405, $"{context.Request.Method} is not served here.", context.RequestAborted);
    }

    /// <summary>The connection is closed too: what follows on it cannot be trusted to be a request.</summary>
    private static Task RefuseAsync(HttpContext context, int status, string error)
    {
        context.Response.Headers.Connection = "close";
        return OwnAnswer.ErrorAsync(context, status, error, context.RequestAborted);
    }
}
