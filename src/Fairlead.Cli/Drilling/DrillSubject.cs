using System.Text.Json.Nodes;
using Fairlead.Api.Client;
using Fairlead.Api.Wire;
using Fairlead.Cli.Controllers;
using Fairlead.Core.Results;
using Fairlead.Engines.Processes;

namespace Fairlead.Cli.Drilling;

/// <summary>Through the controller's API; the client is renewed when the controller is.</summary>
internal sealed class DrillSubject(CommandContext context, ControlClient first, DeploymentStatus at) : IDrillSubject, IDisposable
{
    private ControlClient _client = first;

    public string Name => at.Name;

    public string Engine => at.Engine;

    public int Desired => at.Desired;

    public Task<Result<IReadOnlyList<RevisionSummary>>> RevisionsAsync(CancellationToken cancellationToken) => _client.GetRevisionsAsync(Name, cancellationToken);

    public Task<Result<ControllerInfo>> InfoAsync(CancellationToken cancellationToken) => _client.GetInfoAsync(cancellationToken);

    public async Task<DeploymentStatus?> StatusAsync(CancellationToken cancellationToken) =>
        (await _client.GetAsync(Name, cancellationToken)).TryGet(out var status) ? status : null;

    public Task<Result<Done>> FaultAsync(string replica, string fault, CancellationToken cancellationToken) => _client.InjectFaultAsync(Name, replica, fault, cancellationToken);

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

    public bool Kill(int pid) => ProcessIdentity.Of(pid)?.Signal(ProcessSignal.Kill) == true;

    public void Dispose() => _client.Dispose();
}
