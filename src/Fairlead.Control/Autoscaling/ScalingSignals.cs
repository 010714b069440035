namespace Fairlead.Control.Autoscaling;

/// <summary>What is known of a deployment's load at one moment.</summary>
public sealed record ScalingSignals
{
    /// <summary>Replicas that take requests.</summary>
    public required int Ready { get; init; }

    /// <summary>Replicas that are asked for, those that start included.</summary>
    public required int Wanted { get; init; }

    /// <summary>Requests a second that came in since the last look.</summary>
    public Signal Rate { get; init; }

    /// <summary>Requests that are not answered yet, all replicas and the gateway together.</summary>
    public Signal InFlight { get; init; }

    /// <summary>Seconds; the 95th percentile at the gateway over the last half minute.</summary>
    public Signal LatencyP95 { get; init; }

    /// <summary>Seconds that a worker is busy with a request, on average; kept when nobody asks, its age that of the last look at the replicas.</summary>
    public Signal ServiceTime { get; init; }

    /// <summary>Seconds; the 95th percentile of the same.</summary>
    public Signal ServiceP95 { get; init; }

    /// <summary>Cores that all replicas together use.</summary>
    public Signal Cpu { get; init; }

    /// <summary>Seconds of a core that a request costs, everything that a replica does for it included.</summary>
    public Signal CpuPerRequest { get; init; }

    /// <summary>Bytes that all replicas together use.</summary>
    public Signal Memory { get; init; }

    /// <summary>For each metric of the manifest, in its order, what each ready replica says of it.</summary>
    public IReadOnlyList<IReadOnlyList<MetricSignal>> Metrics { get; init; } = [];
}
