using System.Collections.Immutable;
using Fairlead.Control.Autoscaling;
using Fairlead.Control.Events;
using Fairlead.Control.Fleet;
using Fairlead.Control.Healing;
using Fairlead.Control.Planning;
using Fairlead.Control.Readiness;
using Fairlead.Control.Restarts;
using Fairlead.Control.Rollouts;
using Fairlead.Control.Routes;
using Fairlead.Control.Store;
using Fairlead.Core.Engines;
using Fairlead.Core.Identity;
using Fairlead.Core.Results;
using Fairlead.Core.Routing;
using Microsoft.Extensions.Logging;

namespace Fairlead.Control.Reconciling;

/// <summary>
/// The one loop that makes what runs what is wanted. A turn observes, judges updates, plans and executes, and gives the gateway its
/// routes; it is woken by changes of state, ended replicas, answers of probes, the gateway and timers. It does nothing that a later
/// turn, or another controller after a crash, could not do from what can be seen.
/// </summary>
public sealed partial class Reconciler
{
    private static readonly TimeSpan IdleTurn = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    private readonly ControlParts _parts;
    private readonly WakeSignal _wake = new();
    private readonly Memory _memory;
    private readonly Planner _planner;
    private readonly Prober _prober;
    private readonly RoutePublisher _publisher;
    private readonly WaitListener _listener;
    private readonly EngineSight _sight;
    private readonly FleetObserver _observer;
    private readonly ReplicaHistory _history;
    private readonly RolloutDriver _rollouts;
    private readonly ActionExecutor _executor;
    private volatile FleetView _view = FleetView.Empty;
    private bool _adopted;
    private Problem? _unwritten;

    public Reconciler(ControlParts parts)
    {
        _parts = parts;
        _memory = new Memory(new RestartLedger(parts.Store.RestartsAtOpen, parts.Clock), parts.Clock);
        _planner = new Planner(parts.Random);
        _prober = new Prober(parts.Probe, parts.Clock, Wake, parts.Logger);
        _publisher = new RoutePublisher(parts.Gateway, parts.Clock, Wake, parts.Logger);
        _listener = new WaitListener(parts.Gateway, parts.Clock, Wake, parts.Logger);
        _sight = new EngineSight(parts, _memory);
        _observer = new FleetObserver(parts, _memory, _prober, _sight);
        _history = new ReplicaHistory(_memory, parts.Clock);
        _rollouts = new RolloutDriver(parts.Store, _memory, parts.Clock, new CanaryDriver(_memory, parts.Clock, parts.Answered));
        _executor = new ActionExecutor(parts, _memory, _prober, Wake);
    }

    public FleetView View => _view;

    internal RoutePublisher Publisher => _publisher;

    internal WaitListener Listener => _listener;

    /// <summary>Something has changed: the next turn comes at once.</summary>
    public void Wake() => _wake.Set();

    /// <summary>The gateway has come or gone.</summary>
    public void NudgeGateway()
    {
        _publisher.Nudge();
        _listener.Nudge();
    }

    /// <summary>Runs until the token is cancelled; what runs is left running.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        Task[] beside = [_publisher.RunAsync(stopping), _listener.RunAsync(stopping), .. _parts.Engines.Values.Select(e => WatchAsync(e, stopping))];
        while (!stopping.IsCancellationRequested)
        {
            var wait = await GuardedTurnAsync(stopping);
            await _wake.WaitAsync(wait, _parts.Clock.Time, stopping);
        }

        await _executor.FinishAsync();
        await _prober.FinishAsync();
        await Task.WhenAll(beside);
    }

    /// <returns>How long nothing needs to be done.</returns>
    internal async Task<TimeSpan> TurnAsync(CancellationToken cancellationToken)
    {
        _unwritten = null;
        var gateway = _publisher.View;
        _memory.Traffic.See(gateway);
        var replicas = await _observer.ObserveAsync(gateway, cancellationToken);
        if (!_adopted && _sight.NeverSeen is { } blind) return Wait(blind);
        if (!_adopted) replicas = await AdoptAsync(replicas, gateway, cancellationToken);
        StopOrphans(replicas, cancellationToken);
        var waiting = _listener.Take();
        foreach (var asleep in _parts.Store.Deployments.Values.Where(d => d.Replicas == 0 && (waiting.Contains(d.Name.Value) || gateway.Held(d.Name) > 0))) Guarded(() => WakeUp(asleep.Name), false);
        var acted = false;
        foreach (var record in _parts.Store.Deployments.Values) acted |= await ConvergeGuardedAsync(record, replicas, gateway, cancellationToken);
        // What this turn started, drained and removed shows at once.
        if (acted) replicas = await _observer.ObserveAsync(gateway, cancellationToken);
        Publish(replicas, gateway);
        _memory.Write(_parts.Store);
        return NextTurn();
    }

    // A new controller routes nothing before it has seen what every engine runs: it could take a serving replica away.
    private TimeSpan Wait(Problem blind)
    {
        _view = _view with { TurnProblem = blind, EnginesAway = _sight.Away };
        _memory.Write(_parts.Store);
        return AfterFailure;
    }

    // One deployment's trouble is not another's.
    private async Task<bool> ConvergeGuardedAsync(DeploymentRecord record, IReadOnlyDictionary<DeploymentName, IReadOnlyList<SeenReplica>> replicas, GatewayView gateway, CancellationToken cancellationToken)
    {
        try
        {
            return await ConvergeAsync(record, replicas, gateway, cancellationToken);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            LogTurnFailed(_parts.Logger, failure);
            _unwritten = ControlProblems.TurnFailed(failure.Message.TrimEnd('.'));
            return true;
        }
    }

    /// <returns>Whether anything was done.</returns>
    private async Task<bool> ConvergeAsync(DeploymentRecord record, IReadOnlyDictionary<DeploymentName, IReadOnlyList<SeenReplica>> replicas, GatewayView gateway, CancellationToken cancellationToken)
    {
        var seen = replicas.GetValueOrDefault(record.Name) ?? [];
        foreach (var replica in seen) _history.Note(record, replica);
        seen = [.. seen.Select(r => _observer.See(r.State, gateway))];
        if (!_parts.Engines.TryGetValue(record.Engine, out var engine) || _sight.IsAway(engine))
        {
            if (engine is null) _unwritten = ControlProblems.UnknownEngine(record.Engine, _parts.Engines.Keys);
            _rollouts.Hold(record);
            return false;
        }

        if (record.UnderWay is { } rollout) _memory.Traffic.During(record.Name, rollout);
        record = Guarded(() => _rollouts.Drive(record, seen), record);
        if (record.Deleting && seen.Count == 0)
        {
            return Guarded(() => Forget(record), false);
        }

        var plan = _planner.Plan(_rollouts.TargetOf(record), [.. seen.Select(r => r.Observed)], _parts.Clock.Now);
        if (plan.Count > 0) await _executor.ExecuteAsync(record, plan, cancellationToken);
        return plan.Count > 0;
    }

    // A disk that is full or gone must not keep replicas from being replaced: the state is written when it can be.
    private T Guarded<T>(Func<T> write, T otherwise)
    {
        try
        {
            return write();
        }
        catch (StateException failure)
        {
            LogTurnFailed(_parts.Logger, failure);
            _unwritten = failure.Problem;
            return otherwise;
        }
    }

    private bool WakeUp(DeploymentName name) => _parts.Store.Change(deployments =>
        deployments.TryGetValue(name.Value, out var record) && WakeRule.Of(record, _parts.Clock.Utc) is { } change ? (change, true) : (new StateChange(), false));

    private bool Forget(DeploymentRecord record)
    {
        _parts.Store.Change(deployments => deployments.GetValueOrDefault(record.Name.Value) is { Deleting: true }
            ? (new StateChange { Removed = record.Name, Events = [EventEntry.Of(_parts.Clock.Utc, EventKind.DeploymentRemoved, $"'{record.Name}' is gone.", record.Name)] }, true)
            : (new StateChange(), false));
        _memory.Forget(record.Name);
        return true;
    }

    // Routes are made only when every replica has been asked: a new controller must not take a serving one away.
    private async Task<IReadOnlyDictionary<DeploymentName, IReadOnlyList<SeenReplica>>> AdoptAsync(
        IReadOnlyDictionary<DeploymentName, IReadOnlyList<SeenReplica>> found, GatewayView gateway, CancellationToken cancellationToken)
    {
        await _prober.AllKnownAsync(cancellationToken);
        foreach (var (name, replicas) in found.Where(f => _parts.Store.Deployments.ContainsKey(f.Key.Value)))
        {
            var running = replicas.Count(r => r.Observed.Running);
            if (running > 0) _memory.Tell(EventKind.Adopted, $"{running} running {(running == 1 ? "replica" : "replicas")} of '{name}' {(running == 1 ? "goes" : "go")} on.", name);
            foreach (var replica in replicas) _memory.Book.Of(replica.State.Id).ReadyTold = _prober.HealthOf(replica.State.Id).Ready;
        }

        foreach (var gone in _memory.Ledger.ForgetAllBut(found.Values.SelectMany(r => r).Select(r => r.State.Id).ToHashSet())) _memory.Forget(gone);
        _adopted = true;
        return found.ToDictionary(f => f.Key, f => (IReadOnlyList<SeenReplica>)[.. f.Value.Select(r => _observer.See(r.State, gateway))]);
    }

    private void StopOrphans(IReadOnlyDictionary<DeploymentName, IReadOnlyList<SeenReplica>> replicas, CancellationToken stopping)
    {
        foreach (var (name, orphans) in replicas.Where(r => !_parts.Store.Deployments.ContainsKey(r.Key.Value)))
        {
            foreach (var orphan in orphans.Where(o => !o.Observed.Stopping && !_publisher.View.Routes(o.State.Id)))
            {
                if (orphan.Observed.Running) _memory.Tell(EventKind.OrphanStopped, $"{orphan.State.Id} belongs to no deployment and is stopped.", name, orphan.State.Id, Severity.Warning);
                _executor.Stop(_memory.Book.Of(orphan.State.Id).Engine!, name, new EngineAction.Stop(orphan.State.Id, Grace, "it belongs to no deployment"), stopping);
            }
        }
    }

    private void Publish(IReadOnlyDictionary<DeploymentName, IReadOnlyList<SeenReplica>> seen, GatewayView gateway)
    {
        // Health and failures as this turn has counted them.
        var replicas = seen.ToDictionary(s => s.Key, s => (IReadOnlyList<SeenReplica>)[.. s.Value.Select(r => _observer.See(r.State, gateway))]);
        var deployments = _parts.Store.Deployments.Values.ToList();
        var routes = deployments.Select(d => Route(d, replicas.GetValueOrDefault(d.Name) ?? [])).OfType<DeploymentRoute>().ToList();
        _publisher.Want(routes, replicas.Values.SelectMany(r => r).Any(r => r.Observed is { Leaving: true, Stopping: false }));
        _view = new FleetView(_parts.Clock.Utc, replicas, gateway)
        {
            TurnProblem = _unwritten,
            EnginesAway = _sight.Away,
            RecentEnds = new Dictionary<DeploymentName, ImmutableList<RecentEnd>>(_memory.RecentEnds),
            StartProblems = _memory.Holds.ToDictionary(h => h.Key, h => h.Value.Problems),
            Traffic = deployments.ToDictionary(d => d.Name, d => _memory.Traffic.Of(d.Name)),
            RolloutTraffic = deployments.Where(d => d.UnderWay is not null).ToDictionary(d => d.Name, d => _memory.Traffic.During(d.Name, d.UnderWay!)),
        };
    }

    private DeploymentRoute? Route(DeploymentRecord record, IReadOnlyList<SeenReplica> replicas)
    {
        var routable = Routable(replicas);
        var hold = HoldRule.Of(record, replicas, _memory.Holds.GetValueOrDefault(record.Name)?.Problems, _memory.RecentEnds.GetValueOrDefault(record.Name), _memory.HasProved(record, routable));
        return RouteBuilder.Of(record, routable, hold);
    }

    private static List<ReplicaState> Routable(IReadOnlyList<SeenReplica> replicas) =>
        [.. replicas.Where(r => r.Observed is { Active: true, Ready: true }).Select(r => r.State)];

    // Ended replicas whose wait is over, updates whose watch has passed, drains and updates whose deadline passes, starts that are tried again.
    private TimeSpan NextTurn()
    {
        var now = _parts.Clock.Now;
        var moments = _memory.Holds.Values.Select(h => h.NotBefore).Concat(_parts.Store.Deployments.Values.Select(_rollouts.WatchEnds).OfType<TimeSpan>());
        var waits = _view.Replicas.Values.SelectMany(r => r).Select(r => r.Wait).Concat(moments.Select(m => m - now)).Where(w => w > TimeSpan.Zero);
        var next = waits.Append(IdleTurn).Min();
        return next < ShortestWait ? ShortestWait : next;
    }

    private async Task<TimeSpan> GuardedTurnAsync(CancellationToken stopping)
    {
        try
        {
            return await TurnAsync(stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return TimeSpan.Zero;
        }
        catch (Exception failure)
        {
            LogTurnFailed(_parts.Logger, failure);
            _view = _view with { TurnProblem = failure is StateException state ? state.Problem : ControlProblems.TurnFailed(failure.Message.TrimEnd('.')) };
            return AfterFailure;
        }
    }

    private async Task WatchAsync(IEngine engine, CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await foreach (var _ in engine.WatchAsync(stopping)) Wake();
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                LogWatchFailed(_parts.Logger, failure, engine.Name);
            }

            await new WakeSignal().WaitAsync(AfterFailure, _parts.Clock.Time, stopping);
        }
    }

    [LoggerMessage(5001, LogLevel.Error, "A turn of the reconciler failed; the next comes in a second.")]
    private static partial void LogTurnFailed(ILogger logger, Exception failure);

    [LoggerMessage(5002, LogLevel.Error, "Watching the engine {Engine} failed; it is watched again in a second.")]
    private static partial void LogWatchFailed(ILogger logger, Exception failure, string engine);
}
