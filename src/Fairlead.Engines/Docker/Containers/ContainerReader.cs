using System.Net;
using Fairlead.Core.Engines;
using Fairlead.Engines.Docker.Api;

namespace Fairlead.Engines.Docker.Containers;

/// <summary>A replica's state from the list of containers. Pure.</summary>
internal static class ContainerReader
{
    public static bool Runs(ContainerItem container) => container.State is "running" or "paused" or "restarting";

    /// <summary>It is on its way out: what asked for that has seen its end.</summary>
    public static bool IsLeaving(ContainerItem container) => container.State is "removing";

    public static ReplicaState Of(ContainerItem container, Labelled labels, ReplicaUsage? usage, ReplicaExit? exit) => new()
    {
        Id = labels.Replica,
        Deployment = labels.Deployment,
        Revision = labels.Revision,
        Phase = Runs(container) ? ReplicaPhase.Running : ReplicaPhase.Exited,
        StartedAt = DateTimeOffset.FromUnixTimeSeconds(container.Created),
        Http = EndPoint(container, labels.Http) ?? new IPEndPoint(IPAddress.None, 0),
        Metrics = EndPoint(container, labels.Metrics),
        Handle = Short(container.Id),
        Exit = exit,
        Usage = Runs(container) ? usage : null,
        Notes = container.State == "paused" ? [.. labels.Notes, "its container is paused: `docker unpause` lets it go on"] : labels.Notes,
    };

    /// <summary>As people and commands of Docker write it.</summary>
    public static string Short(string id) => id.Length > 12 ? id[..12] : id;

    private static IPEndPoint? EndPoint(ContainerItem container, int? port)
    {
        if (port is not { } inside) return null;
        var published = container.Ports?.FirstOrDefault(p => p.PrivatePort == inside && p.PublicPort is not null && p.IP is not (null or ""));
        if (published is not null) return new IPEndPoint(IPAddress.Loopback, published.PublicPort!.Value);
        var own = container.NetworkSettings?.Networks?.Values.Select(n => n.IPAddress).FirstOrDefault(a => !string.IsNullOrEmpty(a));
        return IPAddress.TryParse(own, out var address) ? new IPEndPoint(address, inside) : null;
    }
}
