using Fairlead.Core.Units;

namespace Fairlead.Core.Manifests;

/// <summary>How many replicas run.</summary>
public sealed record ScaleSpec
{
    public static readonly TimeSpan DefaultCooldown = TimeSpan.FromSeconds(60);

    /// <summary>0 only with <see cref="Targets"/>: it goes to none while no request comes.</summary>
    public int Min { get; init; } = 1;

    /// <summary>The bound for scaling by hand and by targets, at least <see cref="Min"/>; null is no bound upwards.</summary>
    public int? Max { get; init; }

    public ScaleTargets? Targets { get; init; }

    /// <summary>Windows of time with bounds of their own.</summary>
    public IReadOnlyList<ScheduleSpec> Schedule { get; init; } = [];

    /// <summary>Whether the number of replicas is decided while they run.</summary>
    public bool Automatic => Targets is not null || Schedule.Count > 0;

    /// <summary>A replica leaves only when it was not needed for so long.</summary>
    public TimeSpan Cooldown { get; init; } = DefaultCooldown;

    /// <summary>The most replicas that targets add in a minute; null is no bound.</summary>
    public int? StepsPerMinute { get; init; }

    /// <summary>A rising load is carried on to the time at which a new replica would be ready.</summary>
    public bool Forecast { get; init; }

    /// <summary>What the targets ask for is told and not done.</summary>
    public bool DryRun { get; init; }
}

/// <summary>Signals to keep at a value; the largest demand wins, and a null one demands nothing.</summary>
/// <param name="LatencyP95">The 95th percentile of a request's time at the gateway.</param>
/// <param name="Cpu">Of the processor that a replica may use.</param>
/// <param name="Memory">Of the memory that a replica may use.</param>
/// <param name="RequestsPerSecond">Per replica.</param>
/// <param name="InFlight">Requests under way per replica.</param>
public sealed record ScaleTargets(
    TimeSpan? LatencyP95 = null,
    Share? Cpu = null,
    Share? Memory = null,
    decimal? RequestsPerSecond = null,
    decimal? InFlight = null)
{
    /// <summary>Metrics that the replicas export themselves.</summary>
    public IReadOnlyList<MetricTarget> Metrics { get; init; } = [];
}
