using Fairlead.Core.Manifests;
using Fairlead.Core.Units;
using Fairlead.Telemetry.Metrics;

namespace Fairlead.Control.Rollouts;

/// <summary>What the gateway answered for one revision.</summary>
/// <param name="Durations">Null when none was measured.</param>
public sealed record RevisionTraffic(long Requests, long Failed, HistogramSnapshot? Durations)
{
    /// <summary>What was added since; null when the gateway has begun to count anew.</summary>
    public RevisionTraffic? Since(RevisionTraffic earlier) => Requests < earlier.Requests || Failed < earlier.Failed
        ? null
        : new RevisionTraffic(Requests - earlier.Requests, Failed - earlier.Failed, Durations?.Minus(earlier.Durations));
}

public abstract record CanaryVerdict
{
    private CanaryVerdict()
    {
    }

    public sealed record Stay : CanaryVerdict;

    public sealed record Next : CanaryVerdict;

    public sealed record RollBack(string Reason) : CanaryVerdict;
}

/// <summary>Judges a canary in one of its steps. Pure.</summary>
public static class CanaryRule
{
    /// <summary>Fewer failures may be chance, whatever share of the requests they are.</summary>
    public const int FewestFailures = 3;

    /// <summary>So many requests of each revision make a 95th percentile worth comparing.</summary>
    public const int FewestLatencies = 50;

    /// <summary>What a step has seen so far.</summary>
    /// <param name="In">How long it has lasted.</param>
    /// <param name="Canary">What the new revision answered in it.</param>
    /// <param name="Old">What the old one answered in it.</param>
    public sealed record Step(TimeSpan In, RevisionTraffic Canary, RevisionTraffic Old);

    /// <summary>Errors are judged at any time, so that they stay within the share; latency when the step is over.</summary>
    public static CanaryVerdict Judge(RolloutSpec spec, Step step)
    {
        if (spec.Judge?.ErrorRate is { } most && step.Canary.Failed >= FewestFailures && step.Canary.Failed > step.Canary.Requests * most.Fraction)
        {
            return new CanaryVerdict.RollBack($"the canary failed {step.Canary.Failed} of {step.Canary.Requests} requests; error_rate allows {most}");
        }

        if (step.In < (spec.Every ?? TimeSpan.Zero)) return new CanaryVerdict.Stay();
        return spec.Judge?.LatencyP95 is { } limit && TooSlow(limit, step) is { } reason ? new CanaryVerdict.RollBack(reason) : new CanaryVerdict.Next();
    }

    private static string? TooSlow(LatencyLimit limit, Step step)
    {
        if (step.Canary.Durations is not { Count: >= FewestLatencies } canary || canary.Quantile(0.95) is not { } slow) return null;
        double? most = limit switch
        {
            LatencyLimit.AtMost atMost => atMost.Span.TotalSeconds,
            LatencyLimit.Above above when step.Old.Durations is { Count: >= FewestLatencies } old => old.Quantile(0.95) * (1 + above.Increase.Fraction),
            _ => null,
        };
        return slow > most ? $"the canary's 95th percentile was {Milliseconds(slow)}; latency_p95: {limit} allows {Milliseconds(most.Value)}" : null;
    }

    private static string Milliseconds(double seconds) => Duration.Format(TimeSpan.FromMilliseconds(Math.Max(1, Math.Round(seconds * 1000))));
}
