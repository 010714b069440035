using Fairlead.Telemetry.Metrics;

namespace Fairlead.ModelServer.Running;

/// <summary>How many inference requests are being answered.</summary>
internal sealed class InFlight(Gauge gauge)
{
    private int _count;

    public int Count => Volatile.Read(ref _count);

    public void Enter() => gauge.Set(Interlocked.Increment(ref _count));

    public void Leave() => gauge.Set(Interlocked.Decrement(ref _count));
}
