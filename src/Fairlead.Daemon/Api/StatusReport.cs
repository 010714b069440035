using System.Text.Json;
using Fairlead.Api.Wire;
using Fairlead.Control.Fleet;
using Fairlead.Control.Reconciling;

namespace Fairlead.Daemon.Api;

/// <summary>Says how a deployment stands, from what is wanted and what was last seen.</summary>
internal static class StatusReport
{
    public static DeploymentStatus Of(DeploymentRecord record, ApiContext api)
    {
        var view = api.View();
        var manifest = record.Current.Manifest;
        var replicas = view.Of(record.Name);
        var current = record.EquivalentTo(record.Current);
        var address = ClientAddress(api.Gateway().Address);
        return new DeploymentStatus(
            record.Name.Value,
            manifest.Version,
            record.Engine,
            Word(PhaseRule.Of(record, view)),
            record.Wanted,
            record.Replicas,
            replicas.Count(r => r.Observed is { Active: true, Ready: true } && current.Contains(r.State.Revision)),
            record.CreatedAt,
            manifest.Network.Expose ? Urls(record, address) : [],
            manifest.Network.Expose ? TryIt.Line(api.Options.Home, record, address) : null,
            Traffic(record, view, api),
            record.Rollout is null ? null : Rollout(record, record.Rollout, view),
            [.. replicas.Select(r => Replica(r))]);
    }

    /// <summary>A member's name as the wire has it: <c>RolledBack</c> is <c>rolled_back</c>.</summary>
    public static string Word<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    private static string[] Urls(DeploymentRecord record, string address) => record.Current.Manifest.Model.File is null
        ? [$"http://{address}/services/{record.Name}/"]
        : [$"http://{address}/v2/models/{record.Name}/infer", $"http://{address}/v2/models/{record.Name}"];

    // A gateway that listens everywhere is reached here at the loopback address.
    private static string ClientAddress(string address)
    {
        var colon = address.LastIndexOf(':');
        return address[..Math.Max(colon, 0)] is "*" or "0.0.0.0" or "[::]" ? $"127.0.0.1{address[colon..]}" : address;
    }

    private static TrafficStatus Traffic(DeploymentRecord record, FleetView view, ApiContext api)
    {
        var rate = api.Traffic(record.Name.Value);
        var (requests, failed) = view.Traffic.GetValueOrDefault(record.Name);
        return new TrafficStatus(rate.RequestsPerSecond, rate.LatencyP50Seconds, rate.LatencyP95Seconds, requests, failed, view.Gateway.Of(record.Name)?.InFlight ?? 0);
    }

    private static RolloutStatus Rollout(DeploymentRecord record, RolloutRecord rollout, FleetView view)
    {
        var (requests, failed) = rollout.State == RolloutState.Progressing ? view.RolloutTraffic.GetValueOrDefault(record.Name) : (rollout.Requests, rollout.Failed);
        return new RolloutStatus(rollout.From, rollout.To, Word(rollout.State), rollout.StartedAt, rollout.EndedAt, rollout.Reason, requests, failed, rollout.Paused);
    }

    private static ReplicaStatus Replica(SeenReplica replica)
    {
        var state = replica.State;
        return new ReplicaStatus(
            state.Id.Value,
            state.Revision,
            Phase(replica),
            Reason(replica),
            state.Http.ToString(),
            state.Handle,
            state.StartedAt,
            replica.Restarts,
            replica.CpuCores,
            state.Usage?.MemoryBytes,
            replica.InFlight,
            state.Notes);
    }

    private static string Phase(SeenReplica replica) => replica switch
    {
        { Observed.Running: false, Wait.Ticks: > 0 } => "waiting",
        { Observed.Running: false } => "exited",
        { Observed.Leaving: true } => "draining",
        { Observed.Ready: true } => "ready",
        { Health.WasReady: true } => "not_ready",
        _ => "starting",
    };

    private static string? Reason(SeenReplica replica)
    {
        if (replica.Observed.Running) return replica.Observed.Sick?.Reason ?? (replica.Observed.Ready ? null : replica.Health.Reason);
        var how = ExitText.Of(replica.State.Exit);
        return replica.Wait > TimeSpan.Zero ? $"{how}; tried again in {Math.Ceiling(replica.Wait.TotalSeconds):0} s" : how;
    }
}
