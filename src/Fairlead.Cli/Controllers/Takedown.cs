using Fairlead.Api.Client;
using Fairlead.Api.Wire;
using Fairlead.Cli.Deploying;
using Fairlead.Core.Results;
using Fairlead.Engines.Processes;

namespace Fairlead.Cli.Controllers;

/// <summary>Takes deployments down and, when nothing is left that this tool started, the controller and its gateway.</summary>
internal sealed class Takedown(CommandContext context, ControlClient client)
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(25);

    /// <summary>Returns when it is gone.</summary>
    public async Task<Result<Done>> RemoveAsync(string name, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var removed = await client.RemoveAsync(name, cancellationToken);
        if (!removed.IsOk) return removed;
        var began = context.Time.GetTimestamp();
        while (true)
        {
            var read = await client.ListAsync(cancellationToken);
            // Not to be answered is not to be gone.
            if (!read.TryGet(out var left)) return Result.Fail<Done>(read.Problems);
            if (left.All(d => d.Name != name)) return Result.Done;
            if (context.Time.GetElapsedTime(began) > timeout) return CliProblems.StillThere(name, timeout);
            await context.WaitAsync(Poll, cancellationToken);
        }
    }

    /// <summary>Ends controller and gateway when a command started the controller and nothing is deployed. True when they are gone.</summary>
    public async Task<Result<bool>> EndControllerAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        var asked = await client.GetInfoAsync(cancellationToken);
        if (!asked.TryGet(out var info)) return Result.Fail<bool>(asked.Problems);
        var listed = await client.ListAsync(cancellationToken);
        if (!listed.TryGet(out var deployments)) return Result.Fail<bool>(listed.Problems);
        if (deployments.Count > 0 || info.Started != "up") return false;

        var processes = new[] { ProcessIdentity.Of(info.Pid), info.GatewayPid is { } gateway ? ProcessIdentity.Of(gateway) : null };
        var ended = await client.ShutDownAsync(cancellationToken);
        if (!ended.IsOk) return Result.Fail<bool>(ended.Problems);
        var began = context.Time.GetTimestamp();
        while (processes.Any(static p => p is { IsAlive: true }))
        {
            if (context.Time.GetElapsedTime(began) > timeout) return CliProblems.StillThere("The controller or its gateway", timeout);
            await context.WaitAsync(Poll, cancellationToken);
        }

        return true;
    }

    /// <summary>Kills without waiting for requests in flight: first the controller, so that it replaces nothing, then the gateway and these deployments' replicas.</summary>
    public async Task<Result<bool>> ForceAsync(IReadOnlyList<DeploymentStatus> victims, CancellationToken cancellationToken)
    {
        var asked = await client.GetInfoAsync(cancellationToken);
        if (!asked.TryGet(out var info)) return Result.Fail<bool>(asked.Problems);
        var listed = await client.ListAsync(cancellationToken);
        // Others' deployments keep their controller and gateway; what was removed here then ends in its own time.
        if (info.Started != "up" || (listed.IsOk && listed.Value.Any(d => victims.All(v => v.Name != d.Name)))) return false;
        var pids = new List<int?> { info.Pid, info.GatewayPid };
        pids.AddRange(victims.Where(v => v.Engine == Preparation.ProcessEngine).SelectMany(v => v.Replicas).Select(r => int.TryParse(r.Handle, out var pid) ? pid : (int?)null));
        foreach (var process in pids.OfType<int>().Select(ProcessIdentity.Of)) process?.Signal(ProcessSignal.Kill);
        return true;
    }
}
