using Fairlead.Core.Engines;
using Fairlead.Core.Identity;
using Fairlead.Core.Results;
using Fairlead.Core.Units;
using Fairlead.Engines.Docker.Api;
using Fairlead.Engines.Docker.Containers;

namespace Fairlead.Engines.Docker;

/// <summary>Faults on purpose, as Docker makes them.</summary>
public sealed partial class DockerEngine : IFaultInjection
{
    // Docker refuses less.
    private const long LeastMemory = 6 << 20;

    /// <summary>A signal of Docker's reaches process 1 alone, so that all are stopped by freezing the container.</summary>
    public Task<Result<bool>> SignalAsync(ReplicaId replica, string signal, CancellationToken cancellationToken) => GuardAsync<bool>(replica, async () =>
    {
        if (signal is not ("KILL" or "STOP" or "CONT" or "TERM")) return EngineProblems.UnknownSignal(signal);
        if (await _fleet.FindAsync(replica, cancellationToken) is not { } container || !ContainerReader.Runs(container)) return false;
        var order = signal switch { "STOP" => "pause", "CONT" => "unpause", _ => $"kill?signal=SIG{signal}" };
        await _client.SendAsync(HttpMethod.Post, $"containers/{container.Id}/{order}", cancellationToken);
        return true;
    }, cancellationToken);

    public Task<Result<bool>> LimitMemoryAsync(ReplicaId replica, ByteSize memory, CancellationToken cancellationToken) => GuardAsync<bool>(replica, async () =>
    {
        if (await _fleet.FindAsync(replica, cancellationToken) is not { } container || !ContainerReader.Runs(container)) return false;
        try
        {
            await LimitAsync(container.Id, memory.Bytes, cancellationToken);
        }
        catch (DockerException e) when (!e.IsUnreachable)
        {
            // The kernel takes no limit below what it cannot take back: what is used now is the tightest.
            var stats = await _client.GetAsync($"containers/{container.Id}/stats?stream=false&one-shot=true", DockerSnakeJson.Default.StatsAnswer, cancellationToken);
            await LimitAsync(container.Id, stats.MemoryStats?.Usage ?? memory.Bytes, cancellationToken);
        }

        return true;
    }, cancellationToken);

    public Task<Result<bool>> FillDiskAsync(ReplicaId replica, CancellationToken cancellationToken) => GuardAsync<bool>(replica, async () =>
    {
        if (await ProcessAsync(replica, cancellationToken) is not (var container, var pid)) return false;
        return ContainerDisk.Fill(container, pid) is { } reason ? EngineProblems.DiskNotFilled(replica.Value, reason) : true;
    }, cancellationToken);

    public Task<Result<bool>> FreeDiskAsync(ReplicaId replica, CancellationToken cancellationToken) => GuardAsync<bool>(replica, async () =>
    {
        if (await ProcessAsync(replica, cancellationToken) is not (var container, var pid)) return false;
        ContainerDisk.Free(container, pid);
        return true;
    }, cancellationToken);

    /// <summary>Null when it does not run.</summary>
    private async Task<(string Container, int Pid)?> ProcessAsync(ReplicaId replica, CancellationToken cancellationToken)
    {
        if (await _fleet.FindAsync(replica, cancellationToken) is not { } container || !ContainerReader.Runs(container)) return null;
        var answer = await _fleet.AskAsync(container.Id, cancellationToken);
        return answer.State.Pid > 0 ? (container.Id, answer.State.Pid) : null;
    }

    private Task LimitAsync(string container, long bytes, CancellationToken cancellationToken)
    {
        var limit = Math.Max(bytes, LeastMemory);
        return _client.PostAsync($"containers/{container}/update", new UpdateContainer(limit, limit), DockerJson.Default.UpdateContainer, DockerJson.Default.UpdateAnswer, cancellationToken);
    }
}
