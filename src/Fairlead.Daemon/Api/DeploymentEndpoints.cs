using Fairlead.Api.Wire;
using Fairlead.Control;
using Fairlead.Control.Deploying;
using Fairlead.Control.Fleet;
using Fairlead.Core.Engines;
using Fairlead.Core.Identity;
using Fairlead.Core.Manifests;
using Fairlead.Core.Results;

namespace Fairlead.Daemon.Api;

internal static class DeploymentEndpoints
{
    public static void Map(IEndpointRouteBuilder routes, ApiContext api)
    {
        routes.MapGet(ApiRoutes.Deployments, () => TypedResults.Json((IReadOnlyList<DeploymentStatus>)[.. api.Store.Deployments.Values.Select(d => StatusReport.Of(d, api))], ApiJson.Default.IReadOnlyListDeploymentStatus))
            .WithSummary("All deployments.").Produces<IReadOnlyList<DeploymentStatus>>().Refuses(401);
        routes.MapGet(ApiRoutes.Deployment, (string name) => Find(api, name, d => TypedResults.Json(StatusReport.Of(d, api), ApiJson.Default.DeploymentStatus)))
            .WithSummary("One deployment.").Produces<DeploymentStatus>().Refuses(401, 404);
        routes.MapPut(ApiRoutes.Deployment, (string name, DeployRequest request) => Deploy(api, name, request))
            .WithSummary("Asks for a deployment as its manifest says.").Produces<DeployAccepted>(202).Refuses(400, 401, 409, 507);
        routes.MapDelete(ApiRoutes.Deployment, (string name) => Accepted(api.Deployer.Remove(name)))
            .WithSummary("Drains and stops all replicas, then forgets the deployment.").Produces(202).Refuses(401, 404, 507);
        routes.MapPost(ApiRoutes.Scale, (string name, ScaleRequest request) => Accepted(api.Deployer.Scale(name, request.Replicas)))
            .WithSummary("Sets the number of replicas.").Produces(202).Refuses(400, 401, 404, 409, 507);
        routes.MapPost(ApiRoutes.Plan, (DeployRequest request) => Plan(api, request))
            .WithSummary("What a deploy would do; changes nothing.").Produces<PlanReport>().Refuses(400, 401, 409);
        routes.MapGet(ApiRoutes.Revisions, (string name) => Find(api, name, d => TypedResults.Json((IReadOnlyList<RevisionSummary>)[.. d.Revisions.Reverse().Select(Summary)], ApiJson.Default.IReadOnlyListRevisionSummary)))
            .WithSummary("All revisions, newest first.").Produces<IReadOnlyList<RevisionSummary>>().Refuses(401, 404);
    }

    internal static IResult Find(ApiContext api, string name, Func<DeploymentRecord, IResult> answer) =>
        api.Store.Deployments.TryGetValue(name, out var record) ? answer(record) : Answers.Of([ControlProblems.UnknownDeployment(name, api.Store.Deployments.Keys)]);

    private static IResult Deploy(ApiContext api, string name, DeployRequest request)
    {
        var order = Order(request);
        if (order.TryGet(out var read) && read.Manifest.Name.Value != name) order = ControlProblems.NameMismatch(name, read.Manifest.Name);
        if (!order.IsOk) return Answers.Of(order.Problems);
        var result = api.Deployer.Deploy(order.Value);
        return result.TryGet(out var deployed)
            ? TypedResults.Json(new DeployAccepted(name, deployed.Record.Wanted, deployed.Changed), ApiJson.Default.DeployAccepted, statusCode: StatusCodes.Status202Accepted)
            : Answers.Of(result.Problems);
    }

    internal static IResult Accepted(Result<Deployed> result) => result.IsOk ? TypedResults.StatusCode(StatusCodes.Status202Accepted) : Answers.Of(result.Problems);

    // Absent JSON members come as null whatever the type says.
    internal static Result<DeployOrder> Order(DeployRequest request)
    {
        if (request.Manifest is null || request.Engine is null) return DaemonProblems.BadRequest("'manifest' and 'engine' are needed.");
        var parsed = ManifestReader.Parse(request.Manifest, "manifest", null);
        if (!parsed.TryGet(out var manifest)) return Result.Fail<DeployOrder>(parsed.Problems);
        Digest? content = null;
        if (request.Content is not null && !Digest.TryParse(request.Content, out content)) return ControlProblems.DigestInvalid(request.Content);
        return new DeployOrder(manifest, ManifestJson.Write(manifest), content, request.Engine, request.Replicas, request.Source);
    }

    private static IResult Plan(ApiContext api, DeployRequest request)
    {
        var order = Order(request);
        if (!order.TryGet(out var read)) return Answers.Of(order.Problems);
        var current = api.Store.Deployments.GetValueOrDefault(read.Manifest.Name.Value);
        var planned = api.Deployer.Plan(read, api.View());
        if (!planned.TryGet(out var plan)) return Answers.Of(planned.Problems);
        return TypedResults.Json(new PlanReport(read.Manifest.Name.Value, current?.Wanted, plan.After.Wanted, Changes(current, read), [.. plan.Steps.Select(Step)]), ApiJson.Default.PlanReport);
    }

    internal static IReadOnlyList<string> Changes(DeploymentRecord? current, DeployOrder order)
    {
        var changes = ManifestDifference.Between(current?.Current.ManifestText, order.ManifestText).ToList();
        if (current is not null && current.Current.Content != order.Content) changes.Insert(0, $"content: {current.Current.Content?.Short ?? "(none)"} → {order.Content?.Short ?? "(none)"}");
        return changes;
    }

    private static PlanStep Step(EngineAction action) => action switch
    {
        EngineAction.Start start => new PlanStep("start", start.Replica.Id.Value, $"revision {start.Replica.Revision}{(start.Replaces is null ? "" : $", in the place of {start.Replaces}")}"),
        EngineAction.Drain drain => new PlanStep("drain", drain.Replica.Value, drain.Reason),
        EngineAction.Stop stop => new PlanStep("stop", stop.Replica.Value, $"{stop.Reason}; killed after {stop.Grace.TotalSeconds:0} s"),
        EngineAction.Remove remove => new PlanStep("remove", remove.Replica.Value, "it has ended"),
        _ => throw new InvalidOperationException($"Unknown step {action}."),
    };

    private static RevisionSummary Summary(RevisionRecord revision) =>
        new(revision.Number, revision.Manifest.Version, revision.Content?.Value, StatusReport.Word(revision.State), revision.CreatedAt, revision.CopyOf, revision.ManifestText);
}
