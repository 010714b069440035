using Fairlead.Core.Routing;
using Microsoft.Extensions.Logging;

namespace Fairlead.Control.Routes;

/// <summary>
/// Keeps the gateway on the wanted routes: gives them to it whole, again after it was restarted or did not answer, and reads its
/// state. Until the first <see cref="Want"/> it gives nothing, so that a new controller does not take away routes it has not looked at.
/// </summary>
internal sealed partial class RoutePublisher(IGatewayLink link, Clock clock, Action changed, ILogger logger)
{
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Busy = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Unreachable = TimeSpan.FromMilliseconds(100);

    private readonly WakeSignal _wake = new();
    private volatile IReadOnlyList<DeploymentRoute>? _wanted;
    private volatile GatewayView _view = GatewayView.Unknown;
    private volatile bool _draining;
    private long _version;

    public GatewayView View => _view;

    /// <param name="draining">Something waits for its requests in flight, so the state is read often.</param>
    public void Want(IReadOnlyList<DeploymentRoute> routes, bool draining)
    {
        var urgent = draining && !_draining;
        _draining = draining;
        if (_wanted is { } before && RouteBuilder.Same(before, routes))
        {
            if (urgent) _wake.Set();
            return;
        }

        _wanted = routes;
        _wake.Set();
    }

    /// <summary>The gateway may have come or gone.</summary>
    public void Nudge() => _wake.Set();

    public async Task RunAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await TurnAsync(stopping);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                LogTurnFailed(logger, failure);
            }

            await _wake.WaitAsync(_view.State is null ? Unreachable : _draining ? Busy : Idle, clock.Time, stopping);
        }
    }

    /// <summary>One look at the gateways, and the routes for those that do not have them.</summary>
    internal async Task TurnAsync(CancellationToken cancellationToken)
    {
        var wanted = _wanted;
        var before = _view;
        var others = link.Others;
        var state = await link.ReadStateAsync(cancellationToken);
        var beside = await ReadAsync(others, cancellationToken);
        var acknowledged = before.Acknowledged;
        if (state is not null && (state.RouteVersion != _version || beside.Exists(o => o?.RouteVersion > _version))) acknowledged = null;
        if (state is not null && wanted is not null && (acknowledged is null || !RouteBuilder.Same(acknowledged, wanted)))
        {
            var newest = beside.OfType<GatewayState>().Select(o => o.RouteVersion).Append(state.RouteVersion).Append(_version).Max();
            var snapshot = new RouteSnapshot(newest + 1, wanted);
            state = await link.PushAsync(snapshot, cancellationToken);
            if (state?.RouteVersion == snapshot.Version)
            {
                (_version, acknowledged) = (snapshot.Version, wanted);
                LogRoutes(logger, snapshot.Version, wanted.Count);
            }
        }

        // The gateway that takes the connections comes first: it is the one that stores the routes.
        if (acknowledged is not null) await FollowAsync(others, beside, new RouteSnapshot(_version, acknowledged), cancellationToken);
        var upToDate = state is not null && acknowledged is not null && ReferenceEquals(wanted, _wanted) && RouteBuilder.Same(acknowledged, wanted!);
        var settled = acknowledged is not null && beside.TrueForAll(o => o?.RouteVersion == _version);
        _view = new GatewayView(state, acknowledged, upToDate) { Others = [.. beside.OfType<GatewayState>()], Settled = settled || others.Count == 0 };
        if (_draining || before.State is null != state is null || before.UpToDate != upToDate || before.Settled != _view.Settled || before.Others.Count != _view.Others.Count || !ReferenceEquals(before.Acknowledged, acknowledged)) changed();
    }

    private static async Task<List<GatewayState?>> ReadAsync(IReadOnlyList<IGatewayLink> links, CancellationToken cancellationToken)
    {
        var states = new List<GatewayState?>();
        foreach (var other in links) states.Add(await other.ReadStateAsync(cancellationToken));
        return states;
    }

    private static async Task FollowAsync(IReadOnlyList<IGatewayLink> others, List<GatewayState?> states, RouteSnapshot snapshot, CancellationToken cancellationToken)
    {
        for (var i = 0; i < others.Count; i++)
        {
            if (states[i] is { } state && state.RouteVersion != snapshot.Version) states[i] = await others[i].PushAsync(snapshot, cancellationToken);
        }
    }

    [LoggerMessage(5020, LogLevel.Debug, "The gateway uses the routes {Version} of {Deployments} deployments.")]
    private static partial void LogRoutes(ILogger logger, long version, int deployments);

    [LoggerMessage(5021, LogLevel.Error, "Talking to the gateway failed; it is tried again.")]
    private static partial void LogTurnFailed(ILogger logger, Exception failure);
}
