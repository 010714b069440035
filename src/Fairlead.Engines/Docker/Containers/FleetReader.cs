using System.Collections.Concurrent;
using System.Globalization;
using Fairlead.Core.Engines;
using Fairlead.Core.Identity;
using Fairlead.Engines.Docker.Api;
using Fairlead.Engines.Docker.Logs;

namespace Fairlead.Engines.Docker.Containers;

/// <summary>All replicas of a home, as its daemon shows them.</summary>
internal sealed class FleetReader(DockerClient client, ContainerLog log, DaemonAbsence absence, TimeProvider time, string home)
{
    private const int LinesOfAnExit = 20;

    // Of the daemon's clock, around an end: where its kill for memory is looked for. A look at an end that is newer waits for it.
    private static readonly TimeSpan BeforeEnd = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan AfterEnd = TimeSpan.FromMilliseconds(200);

    private readonly UsageReader _usage = new(client, time);

    // An end does not change any more.
    private readonly ConcurrentDictionary<string, ReplicaExit> _exits = new();

    // Asked for once: the list does not tell them, and a change of them is an event.
    private readonly ConcurrentDictionary<string, ReplicaLimits> _limits = new();

    /// <summary>One replica's container; null when it has none.</summary>
    public async Task<ContainerItem?> FindAsync(ReplicaId replica, CancellationToken cancellationToken) =>
        await ListAsync(Filters.Of(("label", $"{ContainerLabels.Home}={home}"), ("label", $"{ContainerLabels.Replica}={replica}")), cancellationToken) is [var found, ..] ? found : null;

    public async Task<IReadOnlyList<ReplicaState>> ReadAsync(IReadOnlySet<ReplicaId> starting, CancellationToken cancellationToken)
    {
        var containers = await ListAsync(Filters.Of(("label", $"{ContainerLabels.Home}={home}")), cancellationToken);
        _usage.ForgetAllBut(containers.Select(c => c.Id).ToHashSet());
        foreach (var gone in _exits.Keys.Except(containers.Select(c => c.Id))) _exits.TryRemove(gone, out _);
        foreach (var gone in _limits.Keys.Except(containers.Select(c => c.Id))) _limits.TryRemove(gone, out _);
        var found = containers.Select(c => (Container: c, Labels: ContainerLabels.Read(c.Labels))).Where(c => c.Labels is not null && !ContainerReader.IsLeaving(c.Container));
        var states = await Task.WhenAll(found.Where(c => !IsBeingStarted(c.Container, c.Labels!, starting)).Select(c => StateAsync(c.Container, c.Labels!, cancellationToken)));
        return [.. states.OfType<ReplicaState>().OrderBy(s => s.StartedAt).ThenBy(s => s.Id.Value, StringComparer.Ordinal)];
    }

    public async Task<ReplicaState?> StateAsync(ContainerItem container, Labelled labels, CancellationToken cancellationToken)
    {
        if (ContainerReader.Runs(container)) return ContainerReader.Of(container, labels, _usage.Of(container.Id), null) with { Limits = await LimitsAsync(container.Id, cancellationToken) };
        return await ExitAsync(container.Id, cancellationToken) is { } exit ? ContainerReader.Of(container, labels, null, exit) : null;
    }

    /// <summary>Its limits were changed, or may have been.</summary>
    public void ForgetLimits(string container) => _limits.TryRemove(container, out _);

    /// <summary>Returns when the daemon has done with the container's end: it answers for a single one only then.</summary>
    public async Task SettleAsync(string container, CancellationToken cancellationToken)
    {
        try
        {
            await AskAsync(container, cancellationToken);
        }
        catch (DockerException)
        {
            // It is gone, or the daemon is: the look tells.
        }
    }

    private static bool IsBeingStarted(ContainerItem container, Labelled labels, IReadOnlySet<ReplicaId> starting) => container.State == "created" && starting.Contains(labels.Replica);

    /// <summary>Null when it was removed in between.</summary>
    private async Task<ReplicaExit?> ExitAsync(string container, CancellationToken cancellationToken)
    {
        if (_exits.TryGetValue(container, out var known)) return known;
        try
        {
            var answer = await AskAsync(container, cancellationToken);
            var exit = ExitRule.Of(answer.State, await LastLinesAsync(container, cancellationToken));
            if (exit is { OutOfMemory: false, Signal: "SIGKILL" } && await RanOutOfMemoryAsync(container, answer.State.FinishedAt, cancellationToken)) exit = exit with { OutOfMemory = true };
            if (DaemonAbsence.MayBeItsDoing(exit) && !await client.TakesConnectionsAsync(cancellationToken)) absence.Lost();
            exit = absence.Explain(exit);
            if (answer.State.Status is "exited" or "dead") _exits[container] = exit;
            return exit;
        }
        catch (DockerException e) when (e.IsNotFound)
        {
            return null;
        }
    }

    private async Task<IReadOnlyList<string>> LastLinesAsync(string container, CancellationToken cancellationToken)
    {
        try
        {
            return await log.LastLinesAsync(container, LinesOfAnExit, cancellationToken);
        }
        catch (Exception e) when (e is InvalidDataException or DockerException { IsUnreachable: false, IsNotFound: false })
        {
            // Not every log driver can be read, nor what is being removed (Podman then tells it in the log's place). A look must not fail for it: the engine would count as away.
            return [];
        }
    }

    /// <summary>
    /// Whether the daemon told of it as an event. It hears of the kill and of the end on two ways, and what it shows of an end
    /// has the kill only when that came first.
    /// </summary>
    private async Task<bool> RanOutOfMemoryAsync(string container, DateTimeOffset ended, CancellationToken cancellationToken)
    {
        var filters = Filters.Of(("container", container), ("event", "oom"));
        var (since, until) = (Seconds(ended - BeforeEnd), Seconds(ended + AfterEnd));
        try
        {
            await using var events = await client.OpenAsync(HttpMethod.Get, $"events?since={since}&until={until}&filters={filters}", null, cancellationToken);
            using var reader = new StreamReader(events);
            return await reader.ReadLineAsync(cancellationToken) is { Length: > 0 };
        }
        catch (Exception e) when (e is IOException or HttpRequestException or DockerException { IsUnreachable: false })
        {
            return false;
        }
    }

    private static string Seconds(DateTimeOffset time) => (time.ToUnixTimeMilliseconds() / 1000m).ToString("0.000", CultureInfo.InvariantCulture);

    /// <summary>Null when the daemon cannot tell at the moment.</summary>
    private async Task<ReplicaLimits?> LimitsAsync(string container, CancellationToken cancellationToken)
    {
        if (_limits.TryGetValue(container, out var known)) return known;
        try
        {
            return (await AskAsync(container, cancellationToken)).HostConfig is { } host ? _limits[container] = LimitsRule.Of(host) : null;
        }
        catch (DockerException e) when (!e.IsUnreachable)
        {
            return null;
        }
    }

    /// <summary>All that the daemon tells of one container.</summary>
    public Task<ContainerAnswer> AskAsync(string container, CancellationToken cancellationToken) =>
        client.GetAsync($"containers/{container}/json", DockerJson.Default.ContainerAnswer, cancellationToken);

    private Task<IReadOnlyList<ContainerItem>> ListAsync(string filters, CancellationToken cancellationToken) =>
        client.GetAsync($"containers/json?all=1&filters={filters}", DockerJson.Default.IReadOnlyListContainerItem, cancellationToken);
}
