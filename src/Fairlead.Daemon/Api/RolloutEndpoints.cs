using Fairlead.Api.Wire;
using Fairlead.Control.Deploying;

namespace Fairlead.Daemon.Api;

/// <summary>Updates steered by hand, and how what runs differs from what is asked for.</summary>
internal static class RolloutEndpoints
{
    public static void Map(IEndpointRouteBuilder routes, ApiContext api)
    {
        routes.MapPost(ApiRoutes.Rollback, (string name, RollbackRequest? request) => RollBack(api, name, request?.Revision))
            .WithSummary("Deploys again what an earlier revision was, by default the last that served.").Produces<DeployAccepted>(202).Refuses(400, 401, 404, 409, 507);
        routes.MapPost(ApiRoutes.Rollout, (string name, string verb) => Steer(api, name, verb))
            .WithSummary("Pauses, resumes, promotes or aborts the update under way: verb is pause, resume, promote or abort.").Produces(202).Refuses(401, 404, 409, 507);
        routes.MapPost(ApiRoutes.Diff, (DeployRequest request) => Diff(api, request))
            .WithSummary("How the manifest differs from what is recorded, and what runs from that; changes nothing.").Produces<DiffReport>().Refuses(400, 401);
    }

    private static IResult RollBack(ApiContext api, string name, int? revision)
    {
        var result = api.Deployer.RollBack(name, revision);
        return result.TryGet(out var deployed)
            ? TypedResults.Json(new DeployAccepted(name, deployed.Record.Wanted, deployed.Changed), ApiJson.Default.DeployAccepted, statusCode: StatusCodes.Status202Accepted)
            : Answers.Of(result.Problems);
    }

    private static IResult Steer(ApiContext api, string name, string verb) => verb switch
    {
        "pause" => DeploymentEndpoints.Accepted(api.Deployer.Pause(name)),
        "resume" => DeploymentEndpoints.Accepted(api.Deployer.Resume(name)),
        "promote" => DeploymentEndpoints.Accepted(api.Deployer.Promote(name)),
        "abort" => DeploymentEndpoints.Accepted(api.Deployer.Abort(name, api.View())),
        _ => Answers.Of([DaemonProblems.NotFound(ApiRoutes.Rollout.Replace("{name}", name, StringComparison.Ordinal).Replace("{verb}", verb, StringComparison.Ordinal))]),
    };

    private static IResult Diff(ApiContext api, DeployRequest request)
    {
        var order = DeploymentEndpoints.Order(request);
        if (!order.TryGet(out var read)) return Answers.Of(order.Problems);
        var current = api.Store.Deployments.GetValueOrDefault(read.Manifest.Name.Value);
        var drift = current is null ? [] : DriftRule.Of(current, api.View());
        return TypedResults.Json(new DiffReport(read.Manifest.Name.Value, current?.Wanted, DeploymentEndpoints.Changes(current, read), drift), ApiJson.Default.DiffReport);
    }
}
