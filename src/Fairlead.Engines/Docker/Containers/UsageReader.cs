using System.Collections.Concurrent;
using Fairlead.Core.Engines;
using Fairlead.Engines.Docker.Api;

namespace Fairlead.Engines.Docker.Containers;

/// <summary>Processor time and memory of containers. A figure is asked for at most twice a second: turns of the controller come far faster during an update.</summary>
internal sealed class UsageReader(DockerClient client, TimeProvider time)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromMilliseconds(500);
    private readonly ConcurrentDictionary<string, (long At, ReplicaUsage Usage)> _known = new();

    /// <summary>Null when the daemon cannot tell.</summary>
    public async Task<ReplicaUsage?> ReadAsync(string container, CancellationToken cancellationToken)
    {
        if (_known.TryGetValue(container, out var known) && time.GetElapsedTime(known.At) < Fresh) return known.Usage;
        try
        {
            var stats = await client.GetAsync($"containers/{container}/stats?stream=false&one-shot=true", DockerSnakeJson.Default.StatsAnswer, cancellationToken);
            if (stats is not { CpuStats.CpuUsage: { } cpu, MemoryStats: { Usage: > 0 } memory }) return null;
            var usage = new ReplicaUsage(TimeSpan.FromTicks(cpu.TotalUsage / 100), memory.Resident);
            _known[container] = (time.GetTimestamp(), usage);
            return usage;
        }
        catch (DockerException)
        {
            // It has just ended; the list says so next time.
            return null;
        }
    }

    public void ForgetAllBut(IReadOnlySet<string> containers)
    {
        foreach (var gone in _known.Keys.Where(c => !containers.Contains(c))) _known.TryRemove(gone, out _);
    }
}
