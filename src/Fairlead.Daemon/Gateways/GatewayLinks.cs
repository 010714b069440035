using System.Collections.Immutable;
using Fairlead.Control.Routes;
using Fairlead.Core.Routing;
using Fairlead.Telemetry.Prometheus;

namespace Fairlead.Daemon.Gateways;

/// <summary>The gateways of this home: the one that takes the connections, and those beside it during a hand-over.</summary>
internal sealed class GatewayLinks : IGatewayLink, IDisposable
{
    private readonly Lock _gate = new();
    private volatile GatewayMember? _current;
    private volatile ImmutableList<GatewayMember> _others = [];

    public GatewayMember? Current => _current;

    public IReadOnlyList<GatewayMember> Beside => _others;

    IReadOnlyList<IGatewayLink> IGatewayLink.Others => [.. _others.Select(m => m.Client)];

    public Task<GatewayState?> ReadStateAsync(CancellationToken cancellationToken) =>
        _current?.Client.ReadStateAsync(cancellationToken) ?? Task.FromResult<GatewayState?>(null);

    public Task<GatewayWaiting?> WaitAsync(long after, CancellationToken cancellationToken) =>
        _current?.Client.WaitAsync(after, cancellationToken) ?? Task.FromResult<GatewayWaiting?>(null);

    public Task<GatewayState?> PushAsync(RouteSnapshot snapshot, CancellationToken cancellationToken) =>
        _current?.Client.PushAsync(snapshot, cancellationToken) ?? Task.FromResult<GatewayState?>(null);

    public Task<MetricScrape?> ReadMetricsAsync(CancellationToken cancellationToken) =>
        _current?.Client.ReadMetricsAsync(cancellationToken) ?? Task.FromResult<MetricScrape?>(null);

    /// <summary>It takes the connections from now on; what did before is gone.</summary>
    public void Set(GatewayMember current)
    {
        lock (_gate) _current = current;
    }

    /// <summary>It gets the routes too.</summary>
    public void Join(GatewayMember member)
    {
        lock (_gate) _others = _others.Add(member);
    }

    /// <summary>A member beside takes over, and the current one is beside it.</summary>
    public void Swap(GatewayMember successor)
    {
        lock (_gate)
        {
            var before = _current!;
            _others = _others.Remove(successor).Add(before);
            _current = successor;
        }
    }

    public void Leave(GatewayMember member)
    {
        lock (_gate) _others = _others.Remove(member);
        member.Client.Dispose();
    }

    public void Dispose()
    {
        _current?.Client.Dispose();
        foreach (var member in _others) member.Client.Dispose();
    }
}
