using System.Reflection;
using Fairlead.Api.Wire;

namespace Fairlead.Daemon.Api;

internal static class InfoEndpoints
{
    private static readonly string Version = typeof(InfoEndpoints).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    public static void Map(IEndpointRouteBuilder routes, ApiContext api)
    {
        routes.MapGet(ApiRoutes.Health, () => TypedResults.Text("ok"))
            .WithSummary("Answers 200 while the controller runs.").Produces<string>(200, "text/plain");
        routes.MapGet(ApiRoutes.Info, () => TypedResults.Json(Info(api), ApiJson.Default.ControllerInfo))
            .WithSummary("The controller itself.").Produces<ControllerInfo>().Refuses(401);
        routes.MapPost(ApiRoutes.ReplaceGateway, async (CancellationToken cancellationToken) => await ReplaceAsync(api, cancellationToken))
            .WithSummary("Has a new gateway take over from the one that serves, without refusing a connection.").Produces<GatewayReplaced>().Refuses(401, 409);
        routes.MapPost(ApiRoutes.Shutdown, () => ShutDown(api))
            .WithSummary("Ends the controller and its gateway; refused while there are deployments.").Produces(202).Refuses(401, 409);
    }

    private static ControllerInfo Info(ApiContext api)
    {
        var gateway = api.Gateway();
        return new ControllerInfo(Version, Environment.ProcessId, api.Options.Home.Root, api.Options.Api, gateway.Address, gateway.Pid, api.Options.StartedBy, api.StartedAt,
        [
            .. api.Engines.Values.Select(e => new EngineReport(e.Name,
            [
                .. new[] { e.Capabilities.CpuLimitUnavailable, e.Capabilities.MemoryLimitUnavailable }.OfType<string>(),
            ])),
        ]);
    }

    private static async Task<IResult> ReplaceAsync(ApiContext api, CancellationToken cancellationToken)
    {
        var replaced = await api.ReplaceGateway(cancellationToken);
        return replaced.TryGet(out var report) ? TypedResults.Json(report, ApiJson.Default.GatewayReplaced) : Answers.Of(replaced.Problems[0], StatusCodes.Status409Conflict);
    }

    private static IResult ShutDown(ApiContext api)
    {
        var names = api.Store.Deployments.Keys.ToList();
        if (names.Count > 0) return Answers.Of(DaemonProblems.StillDeployed(names), StatusCodes.Status409Conflict);
        api.ShutDown();
        return TypedResults.StatusCode(StatusCodes.Status202Accepted);
    }
}
