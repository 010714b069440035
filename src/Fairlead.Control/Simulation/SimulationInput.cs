using Fairlead.Core.Manifests;

namespace Fairlead.Control.Simulation;

/// <summary>What a policy is tried on.</summary>
public sealed record SimulationInput
{
    /// <summary>Seconds since the trace's begin, growing.</summary>
    public required double[] Arrivals { get; init; }

    public required ServiceTime Service { get; init; }

    /// <summary>Requests that a replica works on at once.</summary>
    public int Workers { get; init; } = 1;

    /// <summary>From a replica's start until it takes requests.</summary>
    public required TimeSpan Startup { get; init; }

    public required TimeSpan TargetP95 { get; init; }

    public int Min { get; init; } = 1;

    /// <summary>Windows of the manifest, for the product's own policy.</summary>
    public IReadOnlyList<ScheduleSpec> Schedule { get; init; } = [];

    /// <summary>When the trace begins; needed with a schedule.</summary>
    public DateTimeOffset? Begin { get; init; }

    public required int Max { get; init; }

    /// <summary>Equal seeds give equal runs.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Whole seconds that the trace lasts.</summary>
    public int Seconds => Arrivals.Length == 0 ? 0 : (int)Math.Ceiling(Arrivals[^1]);
}
