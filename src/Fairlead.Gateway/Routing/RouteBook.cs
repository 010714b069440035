using Fairlead.Core.Results;
using Fairlead.Core.Routing;
using Fairlead.Gateway.Holding;
using Fairlead.Gateway.Metrics;
using Fairlead.Gateway.Retries;

namespace Fairlead.Gateway.Routing;

/// <summary>
/// Turns snapshots into tables. Config (<see cref="RouteSnapshot"/>) is checked and stored, becomes a Model
/// (<see cref="RouteTable"/>) and refers to State (<see cref="ReplicaState"/>, <see cref="DeploymentState"/>) that lives on.
/// </summary>
/// <param name="published">Called with the replicas of each new table, in order.</param>
internal sealed partial class RouteBook(
    RouteFile file,
    GatewayMetrics metrics,
    RetryOptions retries,
    HoldRoom room,
    Action<IReadOnlyCollection<ReplicaState>> published,
    TimeProvider time,
    ILogger<RouteBook> logger) : IDisposable
{
    private readonly SemaphoreSlim _applying = new(1, 1);
    private readonly Lock _gate = new();
    private readonly Dictionary<string, DeploymentState> _deployments = new(StringComparer.Ordinal);
    private readonly List<ReplicaState> _replicas = [];
    private RouteTable _current = RouteTable.Empty;

    public RouteTable Current => Volatile.Read(ref _current);

    /// <summary>Takes up what was stored; without routes when there is nothing or nothing readable.</summary>
    public void Restore()
    {
        var stored = file.Read();
        if (!stored.TryGet(out var snapshot)) LogNotRestored(stored.Problems[0].ToString());
        else if (snapshot is not null) Publish(snapshot);
    }

    /// <summary>Checks, stores and publishes. Once it returns success no request begins on a replica that is not in the snapshot.</summary>
    public async Task<Result<Done>> ApplyAsync(RouteSnapshot snapshot, CancellationToken cancellationToken)
    {
        var problems = RouteValidation.Check(snapshot);
        if (problems.Count > 0) return Result.Fail<Done>(problems);
        await _applying.WaitAsync(cancellationToken);
        try
        {
            var inForce = Current.Snapshot;
            if (snapshot.Version == inForce.Version && RouteEquality.Same(snapshot, inForce)) return Result.Done;
            if (snapshot.Version <= inForce.Version) return GatewayProblems.RoutesOutdated(snapshot.Version, inForce.Version);
            var stored = await file.WriteAsync(snapshot, cancellationToken);
            if (stored.IsOk) Publish(snapshot);
            return stored;
        }
        finally
        {
            _applying.Release();
        }
    }

    public GatewayState Read()
    {
        lock (_gate)
        {
            _replicas.RemoveAll(r => r.IsGone);
            return new GatewayState(
                Environment.ProcessId,
                Current.Snapshot.Version,
                [.. _deployments.Values.Select(d => d.Read())],
                [.. _replicas.Select(r => new GatewayReplica(r.Id, r.InFlight, r.Health.IsRoutable, r.Health.Reason))]);
        }
    }

    /// <summary>The deployments whose requests wait for a first replica.</summary>
    public IReadOnlyList<string> Held()
    {
        lock (_gate) return [.. _deployments.Values.Where(d => d.Line.AnyTold).Select(d => d.Name)];
    }

    public void ReadGauges()
    {
        lock (_gate)
        {
            foreach (var deployment in _deployments.Values)
            {
                deployment.InFlightGauge.Set(deployment.InFlight);
                deployment.HeldGauge.Set(deployment.Line.Count);
            }
        }
    }

    public void Dispose() => _applying.Dispose();

    private void Publish(RouteSnapshot snapshot)
    {
        List<ReplicaState> routed;
        lock (_gate)
        {
            var table = new RouteTable(snapshot, snapshot.Deployments.Select(Model).ToList());
            routed = [.. table.Replicas];
            // Closed before the table that has no replica is in force, and opened after the one that has some: who looks finds either a replica or the line.
            foreach (var deployment in _deployments.Values.Where(d => Holds(table, d))) deployment.Line.Open(false);
            Volatile.Write(ref _current, table);
            foreach (var replica in _replicas.Except(routed)) replica.Retire();
            _replicas.RemoveAll(r => r.IsGone);
            foreach (var deployment in _deployments.Values.Where(d => !Holds(table, d))) deployment.Line.Open(true);
        }

        LogPublished(snapshot.Version, snapshot.Deployments.Count, routed.Count);
        published(routed);
    }

    private static bool Holds(RouteTable table, DeploymentState deployment) => table.Find(deployment.Name) is { Holds: true };

    private DeploymentModel Model(DeploymentRoute route)
    {
        if (!_deployments.TryGetValue(route.Deployment, out var state))
        {
            state = new DeploymentState(route.Deployment, metrics, new RetryBudget(retries, time), new HoldLine(room));
            _deployments.Add(route.Deployment, state);
        }

        state.Keep(route.Revisions.Select(r => r.Revision));
        return new DeploymentModel(route, state, [.. route.Revisions.Select(r =>
            new RevisionPool(r.Revision, r.Version, r.Weight, [.. r.Replicas.Select(p => State(p, state))]))]);
    }

    private ReplicaState State(ReplicaRoute route, DeploymentState deployment)
    {
        var known = _replicas.Find(r => r.Matches(route) && r.Deployment == deployment);
        if (known is not null)
        {
            known.Return();
            return known;
        }

        var made = new ReplicaState(route, deployment, time);
        _replicas.Add(made);
        return made;
    }

    [LoggerMessage(4020, LogLevel.Information, "Routes of version {Version} are in force: {Deployments} deployments, {Replicas} replicas.")]
    private partial void LogPublished(long version, int deployments, int replicas);

    [LoggerMessage(4021, LogLevel.Warning, "{Problem}")]
    private partial void LogNotRestored(string problem);
}
