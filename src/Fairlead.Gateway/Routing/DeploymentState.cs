using System.Collections.Concurrent;
using Fairlead.Core.Routing;
using Fairlead.Gateway.Holding;
using Fairlead.Gateway.Metrics;
using Fairlead.Gateway.Retries;
using Fairlead.Telemetry.Metrics;

namespace Fairlead.Gateway.Routing;

/// <summary>What is counted for one deployment, over all snapshots since the gateway started.</summary>
internal sealed class DeploymentState(string name, GatewayMetrics metrics, RetryBudget budget, HoldLine line)
{
    private readonly ConcurrentDictionary<(int Revision, int Code), Counter> _codes = [];
    private readonly Histogram _durations = metrics.Durations.With(name);
    private readonly ConcurrentDictionary<int, Histogram> _byRevision = [];
    private long _requests;
    private long _failed;
    private long _inFlight;

    public string Name { get; } = name;

    public RetryBudget Budget { get; } = budget;

    public HoldLine Line { get; } = line;

    public Counter Retries { get; } = metrics.Retries.With(name);

    public Counter Ejections { get; } = metrics.Ejections.With(name);

    public Gauge InFlightGauge { get; } = metrics.InFlight.With(name);

    public Gauge HeldGauge { get; } = metrics.Held.With(name);

    public long InFlight => Interlocked.Read(ref _inFlight);

    public void Begin()
    {
        Interlocked.Increment(ref _inFlight);
        Budget.Deposit();
    }

    /// <param name="revision">0 when no replica was reached.</param>
    /// <param name="code">What the client got; 499 when it did not wait.</param>
    public void End(int revision, int code, TimeSpan took)
    {
        Interlocked.Decrement(ref _inFlight);
        _codes.GetOrAdd((revision, code), static (key, arg) => arg.metrics.Requests.With(
            arg.Name, key.Revision == 0 ? "" : key.Revision.ToString(), key.Code.ToString()), (metrics, Name)).Add();
        if (code == GatewayStatus.ClientGone) return;
        _durations.Observe(took.TotalSeconds);
        if (revision != 0) _byRevision.GetOrAdd(revision, static (key, arg) => arg.metrics.RevisionDurations.With(arg.Name, key.ToString()), (metrics, Name)).Observe(took.TotalSeconds);
        Interlocked.Increment(ref _requests);
        if (code >= 500) Interlocked.Increment(ref _failed);
    }

    /// <summary>Drops what is kept of revisions that are not routed to any more: a histogram is too large to be kept for each that ever was.</summary>
    public void Keep(IEnumerable<int> routed)
    {
        foreach (var gone in _byRevision.Keys.Except(routed).ToList())
        {
            if (_byRevision.TryRemove(gone, out _)) metrics.RevisionDurations.Remove(Name, gone.ToString());
        }
    }

    public GatewayDeployment Read() => new(Name, Interlocked.Read(ref _requests), Interlocked.Read(ref _failed), InFlight) { Held = Line.Count };
}
