using Fairlead.Control.Events;
using Fairlead.Control.Fleet;
using Fairlead.Control.Planning;
using Fairlead.Control.Readiness;
using Fairlead.Control.Routes;
using Fairlead.Core.Engines;
using Fairlead.Core.Identity;

namespace Fairlead.Control.Reconciling;

/// <summary>Puts together what engines, probes and the gateway know of each replica.</summary>
internal sealed class FleetObserver(ControlParts parts, Memory memory, Prober prober)
{
    /// <returns>By deployment, orphans of no known deployment too.</returns>
    public async Task<IReadOnlyDictionary<DeploymentName, IReadOnlyList<SeenReplica>>> ObserveAsync(GatewayView gateway, CancellationToken cancellationToken)
    {
        var states = new List<ReplicaState>();
        foreach (var engine in parts.Engines.Values)
        {
            var snapshot = await engine.ObserveAsync(cancellationToken);
            Note(engine, snapshot);
            foreach (var state in snapshot.Replicas)
            {
                memory.Book.Of(state.Id).Engine = engine;
                states.Add(state);
            }
        }

        foreach (var state in states) Probe(state, cancellationToken);
        memory.Book.ForgetAllBut(states.Select(s => s.Id).ToHashSet());
        return states.GroupBy(s => s.Deployment).ToDictionary(g => g.Key, g => (IReadOnlyList<SeenReplica>)[.. g.OrderBy(s => s.StartedAt).Select(s => See(s, gateway))]);
    }

    /// <summary>What a replica is as of now; made again when an exit has been counted.</summary>
    public SeenReplica See(ReplicaState state, GatewayView gateway)
    {
        var page = memory.Book.Of(state.Id);
        var health = prober.HealthOf(state.Id);
        var running = state.Phase == ReplicaPhase.Running;
        var restartAt = memory.Ledger.RestartAt(state.Id) ?? TimeSpan.Zero;
        var exposed = Record(state.Deployment)?.Current.Manifest.Network.Expose ?? true;
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
            RestartAt = restartAt,
        };
        return new SeenReplica(state, health, observed)
        {
            Restarts = memory.Ledger.RestartsOf(state.Id),
            Failures = memory.Ledger.FailuresOf(state.Id),
            CpuCores = running ? page.CoresAt(parts.Clock.Now, state.Usage) : null,
            InFlight = gateway.InFlight(state.Id),
            AtGateway = gateway.Of(state.Id),
            Wait = running || restartAt <= parts.Clock.Now ? TimeSpan.Zero : restartAt - parts.Clock.Now,
        };
    }

    // What an engine cannot show has not ended: its deployments are left as they are until it can be asked again.
    private void Note(IEngine engine, EngineSnapshot snapshot)
    {
        var matters = parts.Store.Deployments.Values.Any(d => d.Engine == engine.Name);
        if (snapshot.Unobserved is not { } problem)
        {
            if (memory.Unobserved.Remove(engine.Name) && matters) memory.Tell(EventKind.EngineFound, $"The engine '{engine.Name}' can be asked again.");
            return;
        }

        // A new controller that has never seen its replicas must not take their routes away either.
        if (matters && snapshot.At == default) throw new InvalidOperationException(problem.Message);
        if (memory.Unobserved.TryAdd(engine.Name, problem) && matters) memory.Tell(EventKind.EngineLost, $"The engine '{engine.Name}' cannot be asked; its replicas are left as they are. {problem.Message}", severity: Severity.Error);
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
