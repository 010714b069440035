using System.Collections.Concurrent;
using Fairlead.Core.Engines;
using Fairlead.Engines.Docker.Api;

namespace Fairlead.Engines.Docker.Containers;

/// <summary>Processor time and memory of containers. A figure is asked for at most twice a second: turns of the controller come far faster during an update.</summary>
internal sealed class UsageReader(DockerClient client, TimeProvider time)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private readonly ConcurrentDictionary<string, (long At, ReplicaUsage Usage)> _known = new();

    private readonly ConcurrentDictionary<string, Task> _asking = new();

    /// <summary>
    /// The last figure; null before the first, or when the daemon cannot tell. A newer one is asked for beside it, since a daemon lets a
    /// question wait for its next measurement: a second, in every turn of the controller and in every start.
    /// </summary>
    public ReplicaUsage? Of(string container)
    {
        var found = _known.TryGetValue(container, out var known);
        if ((!found || time.GetElapsedTime(known.At) >= Fresh) && _asking.GetValueOrDefault(container) is not { IsCompleted: false }) _asking[container] = RefreshAsync(container);
        return found ? known.Usage : null;
    }

    private async Task RefreshAsync(string container)
    {
        using var deadline = new CancellationTokenSource(Patience, time);
        try
        {
            await AskAsync(container, deadline.Token);
        }
        catch (Exception failure) when (failure is OperationCanceledException or EngineAwayException or HttpRequestException or IOException)
        {
            // Figures are of the past anyway; that the daemon is away is found by who lists its containers.
        }
    }

    private async Task AskAsync(string container, CancellationToken cancellationToken)
    {
        try
        {
            var stats = await client.GetAsync($"containers/{container}/stats?stream=false&one-shot=true", DockerSnakeJson.Default.StatsAnswer, cancellationToken);
            if (stats is not { CpuStats.CpuUsage: { } cpu, MemoryStats: { Usage: > 0 } memory }) return;
            _known[container] = (time.GetTimestamp(), new ReplicaUsage(TimeSpan.FromTicks(cpu.TotalUsage / 100), memory.Resident));
        }
        catch (DockerException)
        {
            // It has just ended; the list says so next time.
        }
    }

    public void ForgetAllBut(IReadOnlySet<string> containers)
    {
        foreach (var gone in _known.Keys.Where(c => !containers.Contains(c))) _known.TryRemove(gone, out _);
        foreach (var gone in _asking.Keys.Where(c => !containers.Contains(c))) _asking.TryRemove(gone, out _);
    }
}
