using System.Collections.Concurrent;
using Fairlead.Core.Engines;
using Fairlead.Core.Identity;
using Fairlead.Engines.Docker.Api;
using Fairlead.Engines.Docker.Logs;

namespace Fairlead.Engines.Docker.Containers;

/// <summary>All replicas of a home, as its daemon shows them.</summary>
internal sealed class FleetReader(DockerClient client, ContainerLog log, TimeProvider time, string home)
{
    private const int LinesOfAnExit = 20;
    private readonly UsageReader _usage = new(client, time);

    // An end does not change any more.
    private readonly ConcurrentDictionary<string, ReplicaExit> _exits = new();

    /// <summary>One replica's container; null when it has none.</summary>
    public async Task<ContainerItem?> FindAsync(ReplicaId replica, CancellationToken cancellationToken) =>
        await ListAsync(Filters.Of(("label", $"{ContainerLabels.Home}={home}"), ("label", $"{ContainerLabels.Replica}={replica}")), cancellationToken) is [var found, ..] ? found : null;

    public async Task<IReadOnlyList<ReplicaState>> ReadAsync(IReadOnlySet<ReplicaId> starting, CancellationToken cancellationToken)
    {
        var containers = await ListAsync(Filters.Of(("label", $"{ContainerLabels.Home}={home}")), cancellationToken);
        _usage.ForgetAllBut(containers.Select(c => c.Id).ToHashSet());
        foreach (var gone in _exits.Keys.Except(containers.Select(c => c.Id))) _exits.TryRemove(gone, out _);
        var found = containers.Select(c => (Container: c, Labels: ContainerLabels.Read(c.Labels))).Where(c => c.Labels is not null && !ContainerReader.IsLeaving(c.Container));
        var states = await Task.WhenAll(found.Where(c => !IsBeingStarted(c.Container, c.Labels!, starting)).Select(c => StateAsync(c.Container, c.Labels!, cancellationToken)));
        return [.. states.OfType<ReplicaState>().OrderBy(s => s.StartedAt).ThenBy(s => s.Id.Value, StringComparer.Ordinal)];
    }

    public async Task<ReplicaState?> StateAsync(ContainerItem container, Labelled labels, CancellationToken cancellationToken)
    {
        if (ContainerReader.Runs(container)) return ContainerReader.Of(container, labels, _usage.Of(container.Id), null);
        return await ExitAsync(container.Id, cancellationToken) is { } exit ? ContainerReader.Of(container, labels, null, exit) : null;
    }

    private static bool IsBeingStarted(ContainerItem container, Labelled labels, IReadOnlySet<ReplicaId> starting) => container.State == "created" && starting.Contains(labels.Replica);

    /// <summary>Null when it was removed in between.</summary>
    private async Task<ReplicaExit?> ExitAsync(string container, CancellationToken cancellationToken)
    {
        if (_exits.TryGetValue(container, out var known)) return known;
        try
        {
            var answer = await client.GetAsync($"containers/{container}/json", DockerJson.Default.ContainerAnswer, cancellationToken);
            var exit = ExitRule.Of(answer.State, await log.LastLinesAsync(container, LinesOfAnExit, cancellationToken));
            if (answer.State.Status is "exited" or "dead") _exits[container] = exit;
            return exit;
        }
        catch (DockerException e) when (e.IsNotFound)
        {
            return null;
        }
    }

    private Task<IReadOnlyList<ContainerItem>> ListAsync(string filters, CancellationToken cancellationToken) =>
        client.GetAsync($"containers/json?all=1&filters={filters}", DockerJson.Default.IReadOnlyListContainerItem, cancellationToken);
}
