using Fairlead.Control.Reconciling;
using Fairlead.Control.Store;
using Fairlead.Telemetry.Prometheus;

namespace Fairlead.Control.Autoscaling;

/// <summary>What the autoscaler works with.</summary>
/// <param name="Gateway">The gateway's metrics; null when it does not answer.</param>
/// <param name="Replica">A replica's.</param>
/// <param name="Changed">Wakes the reconciler.</param>
public sealed record ScalingParts(
    StateStore Store,
    Func<FleetView> View,
    Func<CancellationToken, Task<MetricScrape?>> Gateway,
    Func<Uri, CancellationToken, Task<MetricPage>> Replica,
    Clock Clock,
    Action Changed);
