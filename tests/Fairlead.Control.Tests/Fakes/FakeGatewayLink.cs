using System.Threading.Channels;
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

    /// <summary>How many requests of a deployment wait for a first replica.</summary>
    public Dictionary<string, long> Held { get; } = [];

    public Channel<GatewayWaiting> News { get; } = Channel.CreateUnbounded<GatewayWaiting>();

    public IReadOnlyList<string> Routed => [.. Snapshot.Deployments.SelectMany(d => d.Revisions).SelectMany(r => r.Replicas).Select(r => r.Id)];

    public Task<GatewayState?> ReadStateAsync(CancellationToken cancellationToken) => Task.FromResult(Alive ? State() : null);

    public async Task<GatewayWaiting?> WaitAsync(long after, CancellationToken cancellationToken) => await News.Reader.ReadAsync(cancellationToken);

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
        [.. Requests.Keys.Union(Held.Keys).Select(d => new GatewayDeployment(d, Requests.GetValueOrDefault(d).Requests, Requests.GetValueOrDefault(d).Failed, Held.GetValueOrDefault(d)) { Held = Held.GetValueOrDefault(d) })],
        [.. Routed.Union(InFlight.Keys).Select(id => new GatewayReplica(id, InFlight.GetValueOrDefault(id), !Shunned.ContainsKey(id), Shunned.GetValueOrDefault(id)))]);
}
