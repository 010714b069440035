using Fairlead.Core.Units;

namespace Fairlead.Core.Manifests;

public enum RolloutStrategy
{
    Rolling,
    Canary,
    Shadow,
}

/// <summary>How a new revision takes over from the old one.</summary>
public sealed record RolloutSpec
{
    public RolloutStrategy Strategy { get; init; } = RolloutStrategy.Rolling;

    /// <summary>How many replicas may run above the wanted number during an update; at least 1, since an old replica is never touched first.</summary>
    public int MaxSurge { get; init; } = 1;

    /// <summary>A revision that is not ready by then is rolled back.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long a new revision must serve without a failure before an old replica is drained for it.</summary>
    public TimeSpan Watch { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Shares of the traffic that a canary is given in turn, rising, each above 0 % and below 100 %; empty for the other strategies.</summary>
    public IReadOnlyList<Share> Steps { get; init; } = [];

    /// <summary>How long a canary keeps a step before it is judged; null for the other strategies.</summary>
    public TimeSpan? Every { get; init; }

    /// <summary>What a canary must keep to go on; null for the other strategies.</summary>
    public JudgeSpec? Judge { get; init; }

    /// <summary>The share of the traffic that a shadow revision is sent a copy of; null for the other strategies.</summary>
    public Share? Share { get; init; }
}

/// <summary>Limits for a canary; a null one is not judged.</summary>
/// <param name="ErrorRate">The most of its requests that may fail.</param>
/// <param name="LatencyP95">How slow its 95th percentile may be.</param>
/// <param name="PredictionShift">How far its predictions may lie from the old revision's, as population stability index.</param>
public sealed record JudgeSpec(Share? ErrorRate = null, LatencyLimit? LatencyP95 = null, decimal? PredictionShift = null);

/// <summary>A limit on latency: absolute (<c>50ms</c>) or relative to the old revision (<c>+20%</c>).</summary>
public abstract record LatencyLimit
{
    private LatencyLimit()
    {
    }

    public static bool TryParse(string text, out LatencyLimit limit)
    {
        limit = null!;
        if (text.StartsWith('+'))
        {
            if (Units.Share.TryParse(text[1..], out var share)) limit = new Above(share);
        }
        else if (Duration.TryParse(text, out var span))
        {
            limit = new AtMost(span);
        }

        return limit is not null;
    }

    public sealed override string ToString() => this switch
    {
        Above above => $"+{above.Increase}",
        AtMost atMost => Duration.Format(atMost.Span),
        _ => throw new InvalidOperationException("A latency limit is one of the two."),
    };

    public sealed record AtMost(TimeSpan Span) : LatencyLimit;

    public sealed record Above(Share Increase) : LatencyLimit;
}
