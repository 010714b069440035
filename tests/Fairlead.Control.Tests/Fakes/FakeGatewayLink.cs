using Fairlead.Control.Routes;
using Fairlead.Core.Routing;

namespace Fairlead.Control.Tests.Fakes;

/// <summary>A gateway in memory: takes snapshots, refuses to go back, and can be made to be gone.</summary>
internal sealed class FakeGatewayLink : IGatewayLink
{
    public bool Alive { get; set; } = true;

    public RouteSnapshot Snapshot { get; set; } = new(0, []);

    public List<RouteSnapshot> Pushed { get; } = [];

    public Dictionary<string, long> InFlight { get; } = [];

    public Dictionary<string, (long Requests, long Failed)> Requests { get; } = [];

    /// <summary>Replicas that it keeps requests away from, and why.</summary>
    public Dictionary<string, string> Shunned { get; } = [];

    public IReadOnlyList<string> Routed => [.. Snapshot.Deployments.SelectMany(d => d.Revisions).SelectMany(r => r.Replicas).Select(r => r.Id)];

    public Task<GatewayState?> ReadStateAsync(CancellationToken cancellationToken) => Task.FromResult(Alive ? State() : null);

    public Task<GatewayState?> PushAsync(RouteSnapshot snapshot, CancellationToken cancellationToken)
    {
        if (!Alive || snapshot.Version <= Snapshot.Version) return Task.FromResult<GatewayState?>(null);
        Snapshot = snapshot;
        Pushed.Add(snapshot);
        return ReadStateAsync(cancellationToken);
    }

    private GatewayState State() => new(
        1,
        Snapshot.Version,
        [.. Requests.Select(r => new GatewayDeployment(r.Key, r.Value.Requests, r.Value.Failed, 0))],
        [.. Routed.Union(InFlight.Keys).Select(id => new GatewayReplica(id, InFlight.GetValueOrDefault(id), !Shunned.ContainsKey(id), Shunned.GetValueOrDefault(id)))]);
}
