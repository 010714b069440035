using Fairlead.Api.Wire;
using Fairlead.Control;
using Fairlead.Core.Engines;
using Fairlead.Core.Identity;
using Fairlead.Core.Results;
using Fairlead.Core.Units;

namespace Fairlead.Daemon.Api;

/// <summary>Harm on purpose, for drills. What heals it is what heals every fault: nothing here tells the reconciler.</summary>
internal static class FaultEndpoints
{
    /// <summary>Less than any replica runs in.</summary>
    private static readonly ByteSize Starving = new(4 << 20);

    public static void Map(IEndpointRouteBuilder routes, ApiContext api) =>
        routes.MapPost(ApiRoutes.Fault, async (string name, string replica, FaultRequest request, CancellationToken cancellationToken) => await MakeAsync(api, (name, replica), request, cancellationToken))
            .WithSummary("Harms a replica on purpose: kill, freeze, thaw, out_of_memory, fill_disk or free_disk.").Produces(202).Refuses(400, 401, 404, 409);

    private static async Task<IResult> MakeAsync(ApiContext api, (string Deployment, string Replica) at, FaultRequest request, CancellationToken cancellationToken)
    {
        if (!api.Store.Deployments.TryGetValue(at.Deployment, out var record)) return Answers.Of([ControlProblems.UnknownDeployment(at.Deployment, api.Store.Deployments.Keys)]);
        var known = api.View().Of(record.Name).FirstOrDefault(r => r.State.Id.Value == at.Replica);
        if (known is null) return Answers.Of([DaemonProblems.UnknownReplica(at.Replica, at.Deployment)]);
        if (api.Engines[record.Engine] is not IFaultInjection engine) return Answers.Of([DaemonProblems.FaultsUnavailable(record.Engine)]);
        var made = await MakeAsync(engine, known.State.Id, request.Fault, cancellationToken);
        if (!made.TryGet(out var runs)) return Answers.Of(made.Problems);
        return runs ? TypedResults.StatusCode(StatusCodes.Status202Accepted) : Answers.Of([DaemonProblems.UnknownReplica(at.Replica, at.Deployment)]);
    }

    private static Task<Result<bool>> MakeAsync(IFaultInjection engine, ReplicaId replica, string? fault, CancellationToken cancellationToken) => fault switch
    {
        "kill" => engine.SignalAsync(replica, "KILL", cancellationToken),
        "freeze" => engine.SignalAsync(replica, "STOP", cancellationToken),
        "thaw" => engine.SignalAsync(replica, "CONT", cancellationToken),
        "fill_disk" => engine.FillDiskAsync(replica, cancellationToken),
        "free_disk" => engine.FreeDiskAsync(replica, cancellationToken),
        "out_of_memory" => engine.LimitMemoryAsync(replica, Starving, cancellationToken),
        _ => Task.FromResult<Result<bool>>(DaemonProblems.FaultUnknown(fault ?? "")),
    };
}
