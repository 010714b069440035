using Fairlead.Core.Manifests;

namespace Fairlead.Control.Autoscaling;

/// <summary>What the manifest asks for, and what is known of a replica.</summary>
public sealed record ScalingRules
{
    public static readonly TimeSpan DefaultCooldown = TimeSpan.FromSeconds(60);

    public required int Min { get; init; }

    public required int Max { get; init; }

    public required ScaleTargets Targets { get; init; }

    /// <summary>A replica leaves only when it was not needed for so long.</summary>
    public TimeSpan Cooldown { get; init; } = DefaultCooldown;

    /// <summary>The most replicas that may be added in a minute; null is no bound.</summary>
    public int? StepsPerMinute { get; init; }

    /// <summary>Whether a rising load is carried on to the time at which a new replica would be ready.</summary>
    public bool Forecast { get; init; }

    /// <summary>From a replica's start until it takes requests.</summary>
    public required TimeSpan Startup { get; init; }

    /// <summary>Requests that a replica works on at once.</summary>
    public required int Workers { get; init; }

    /// <summary>Cores that a replica may use.</summary>
    public required double Cores { get; init; }

    /// <summary>Bytes that a replica may use; null is no bound.</summary>
    public long? Memory { get; init; }
}
