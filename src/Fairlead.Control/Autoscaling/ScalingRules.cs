using Fairlead.Core.Manifests;

namespace Fairlead.Control.Autoscaling;

/// <summary>What the manifest asks for, and what is known of a replica.</summary>
public sealed record ScalingRules
{
    /// <summary>The bound when the manifest sets none.</summary>
    private const int DefaultMax = 100;

    public required int Min { get; init; }

    public required int Max { get; init; }

    public required ScaleTargets Targets { get; init; }

    /// <summary>A replica leaves only when it was not needed for so long.</summary>
    public TimeSpan Cooldown { get; init; } = ScaleSpec.DefaultCooldown;

    /// <summary>The most replicas that may be added in a minute; null is no bound.</summary>
    public int? StepsPerMinute { get; init; }

    /// <summary>Whether a rising load is carried on to the time at which a new replica would be ready.</summary>
    public bool Forecast { get; init; }

    /// <summary>What the schedule asks for now; null without one.</summary>
    public ScheduledBounds? Scheduled { get; private init; }

    /// <summary>From a replica's start until it takes requests.</summary>
    public required TimeSpan Startup { get; init; }

    /// <summary>Requests that a replica works on at once.</summary>
    public required int Workers { get; init; }

    /// <summary>Cores that a replica may use.</summary>
    public required double Cores { get; init; }

    /// <summary>Bytes that a replica may use; null is no bound.</summary>
    public long? Memory { get; init; }

    /// <param name="now">For the schedule.</param>
    public static ScalingRules Of(Manifest manifest, TimeSpan startup, DateTimeOffset now)
    {
        var scale = manifest.Scale;
        var cores = manifest.Resources.Cpu?.Cores ?? Environment.ProcessorCount;
        return new ScalingRules
        {
            Min = scale.Min,
            Max = Math.Max(scale.Min, scale.Max ?? DefaultMax),
            Targets = scale.Targets ?? new ScaleTargets(),
            Cooldown = scale.Cooldown,
            StepsPerMinute = scale.StepsPerMinute,
            Forecast = scale.Forecast,
            Startup = startup,
            Workers = WorkersOf(manifest, cores),
            Cores = cores,
            Memory = manifest.Resources.Memory?.Bytes,
        }.At(scale.Schedule, now);
    }

    /// <summary>The same with what a schedule asks for at that moment.</summary>
    public ScalingRules At(IReadOnlyList<ScheduleSpec> schedule, DateTimeOffset now) => ScheduleRule.At(schedule, now) is not { } scheduled ? this : this with
    {
        Scheduled = scheduled,
        // The largest demand wins over another window's bound too.
        Max = Math.Max(scheduled.Max ?? Max, Math.Max(Min, scheduled.Min ?? 0)),
    };

    // The model server runs as many at once as it may use processors. Of another program one is taken until it is said otherwise: too
    // few workers cost replicas, too many cost the promise.
    private static int WorkersOf(Manifest manifest, double cores) =>
        manifest.Model.File is null && manifest.Serve.Concurrency is { } said ? said
        : manifest.Model.File is null && manifest.Resources.Cpu is null ? 1
        : Math.Max(1, (int)Math.Ceiling(cores));
}
