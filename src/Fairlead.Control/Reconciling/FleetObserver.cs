using Fairlead.Control.Events;
using Fairlead.Control.Fleet;
using Fairlead.Control.Healing;
using Fairlead.Control.Planning;
using Fairlead.Control.Readiness;
using Fairlead.Control.Restarts;
using Fairlead.Control.Routes;
using Fairlead.Core.Engines;
using Fairlead.Core.Identity;
using Fairlead.Core.Manifests;
using Fairlead.Core.Routing;

namespace Fairlead.Control.Reconciling;

/// <summary>Puts together what engines, probes and the gateway know of each replica.</summary>
internal sealed class FleetObserver(ControlParts parts, Memory memory, Prober prober, EngineSight sight)
{
    /// <returns>By deployment, orphans of no known deployment too.</returns>
    public async Task<IReadOnlyDictionary<DeploymentName, IReadOnlyList<SeenReplica>>> ObserveAsync(GatewayView gateway, CancellationToken cancellationToken)
    {
        var states = new List<ReplicaState>();
        foreach (var engine in parts.Engines.Values)
        {
            foreach (var state in await sight.LookAsync(engine, cancellationToken))
            {
                var page = memory.Book.Of(state.Id);
                (page.Engine, page.Shown) = (engine, state);
                page.ShunnedSince = gateway.Of(state.Id) is { Healthy: false } ? page.ShunnedSince ?? parts.Clock.Now : null;
                states.Add(state);
            }
        }

        foreach (var state in states) Probe(state, cancellationToken);
        foreach (var lost in memory.Book.ForgetAllBut(states.Select(s => s.Id).ToHashSet())) Lose(lost);
        return states.GroupBy(s => s.Deployment).ToDictionary(g => g.Key, g => (IReadOnlyList<SeenReplica>)[.. g.OrderBy(s => s.StartedAt).Select(s => See(s, gateway))]);
    }

    /// <summary>What a replica is as of now; made again when an exit has been counted.</summary>
    public SeenReplica See(ReplicaState state, GatewayView gateway)
    {
        var page = memory.Book.Of(state.Id);
        var health = prober.HealthOf(state.Id);
        var running = state.Phase == ReplicaPhase.Running;
        var restartAt = memory.Ledger.RestartAt(state.Id) ?? TimeSpan.Zero;
        var manifest = Record(state.Deployment)?.Current.Manifest;
        var exposed = manifest?.Network.Expose ?? true;
        var atGateway = gateway.Of(state.Id);
        var observed = new ObservedReplica
        {
            Id = state.Id,
            Revision = state.Revision,
            Running = running,
            Ready = running && health.Ready,
            Routed = !exposed || gateway.Routes(state.Id),
            StartedAt = state.StartedAt,
            DrainingSince = page.DrainingSince,
            Idle = !exposed || gateway.IsIdle(state.Id),
            Stopping = page.Stopping,
            Sick = running && manifest is not null ? SicknessOf(health, page, atGateway, manifest) : null,
            RestartAt = restartAt,
        };
        return new SeenReplica(state, health, observed)
        {
            Restarts = memory.Ledger.RestartsOf(state.Id),
            Failures = memory.Ledger.FailuresOf(state.Id),
            CpuCores = running ? page.CoresAt(parts.Clock.Now, state.Usage) : null,
            InFlight = gateway.InFlight(state.Id),
            AtGateway = atGateway,
            Wait = running || restartAt <= parts.Clock.Now ? TimeSpan.Zero : restartAt - parts.Clock.Now,
        };
    }

    private Sickness? SicknessOf(ReplicaHealth health, ReplicaBook.Page page, GatewayReplica? atGateway, Manifest manifest)
    {
        (TimeSpan, string)? shun = page.ShunnedSince is { } since && atGateway is { Healthy: false } ? (since, atGateway.Reason ?? "it gives no reason") : null;
        return Sickness.Of(health, shun, (manifest.Serve.Timeout, manifest.Rollout.Deadline), parts.Clock.Now);
    }

    // Ended and removed by somebody else: its place is filled by the next plan.
    private void Lose(ReplicaState lost)
    {
        var health = prober.HealthOf(lost.Id);
        prober.Forget(lost.Id);
        memory.Forget(lost.Id);
        if (Record(lost.Deployment) is not { Deleting: false }) return;
        const string How = "was removed by something other than Fairlead";
        memory.Tell(EventKind.ReplicaLost, $"{lost.Id} {How}. Its place is filled again at once.", lost.Deployment, lost.Id, Severity.Warning);
        memory.Remember(lost.Deployment, new RecentEnd(parts.Clock.Utc, lost.Id, How, []));
        if (health.ReadySince is not { } since || parts.Clock.Now - since < Backoff.Stable) memory.CountEarlyExit(lost.Deployment, lost.Revision, How);
    }

    private void Probe(ReplicaState state, CancellationToken cancellationToken)
    {
        if (state.Phase == ReplicaPhase.Running) prober.Watch(state.Id, state.Http, ReadyPath(state), cancellationToken);
        else prober.Unwatch(state.Id);
    }

    private string? ReadyPath(ReplicaState state) =>
        Record(state.Deployment)?.Revisions.Find(r => r.Number == state.Revision)?.Template.ReadyPath;

    private DeploymentRecord? Record(DeploymentName name) => parts.Store.Deployments.GetValueOrDefault(name.Value);
}
