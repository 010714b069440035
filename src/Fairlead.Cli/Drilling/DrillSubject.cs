using System.Text.Json.Nodes;
using Fairlead.Api.Client;
using Fairlead.Api.Wire;
using Fairlead.Cli.Controllers;
using Fairlead.Core.Results;

namespace Fairlead.Cli.Drilling;

/// <summary>The deployment that is drilled, through the controller's API; the client is renewed when the controller is.</summary>
internal sealed class DrillSubject(CommandContext context, ControlClient first, DeploymentStatus at) : IDisposable
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);

    private ControlClient _client = first;

    public string Name => at.Name;

    public string Engine => at.Engine;

    public int Desired => at.Desired;

    /// <summary>Revision by revision; the first is current.</summary>
    public Task<Result<IReadOnlyList<RevisionSummary>>> RevisionsAsync(CancellationToken cancellationToken) => _client.GetRevisionsAsync(Name, cancellationToken);

    public Task<Result<ControllerInfo>> InfoAsync(CancellationToken cancellationToken) => _client.GetInfoAsync(cancellationToken);

    public async Task<DeploymentStatus?> StatusAsync(CancellationToken cancellationToken) =>
        (await _client.GetAsync(Name, cancellationToken)).TryGet(out var status) ? status : null;

    public Task<Result<Done>> FaultAsync(string replica, string fault, CancellationToken cancellationToken) => _client.InjectFaultAsync(Name, replica, fault, cancellationToken);

    /// <summary>Deploys a revision's manifest as it is, or with one variable more.</summary>
    public async Task<Result<DeployAccepted>> DeployAsync(RevisionSummary revision, string? variable, CancellationToken cancellationToken)
    {
        var manifest = JsonNode.Parse(revision.Manifest)!.AsObject();
        if (variable is not null)
        {
            if (manifest["env"] is not JsonObject variables) manifest["env"] = variables = [];
            variables[variable] = "1";
        }

        return await _client.DeployAsync(Name, new DeployRequest(manifest.ToJsonString(), revision.Content, Engine, null, "drill"), cancellationToken);
    }

    public async Task<Result<Done>> RestartControllerAsync(CancellationToken cancellationToken)
    {
        var started = await ControllerStarter.EnsureAsync(context, cancellationToken);
        if (!started.TryGet(out var running)) return Result.Fail<Done>(started.Problems);
        _client.Dispose();
        _client = running.Client;
        return Result.Done;
    }

    /// <returns>How long it took to become so; null when it did not in time.</returns>
    public async Task<TimeSpan?> UntilAsync(Func<DeploymentStatus?, bool> condition, TimeSpan limit, CancellationToken cancellationToken)
    {
        var began = context.Time.GetTimestamp();
        while (context.Time.GetElapsedTime(began) < limit)
        {
            if (condition(await StatusAsync(cancellationToken))) return context.Time.GetElapsedTime(began);
            await context.WaitAsync(Poll, cancellationToken);
        }

        return null;
    }

    /// <summary>As many as are wanted are ready, of one revision, and nothing is on its way out.</summary>
    public bool IsWhole(DeploymentStatus? status) =>
        status is { Phase: "ready" } && status.Ready == Desired && status.Replicas.Count == Desired && status.Replicas.All(r => r.Phase == "ready");

    public void Dispose() => _client.Dispose();
}
