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

    /// <summary>Shares of the traffic a canary is given in turn, each in (0, 1).</summary>
    public IReadOnlyList<double> Steps { get; init; } = [];

    public TimeSpan? Every { get; init; }

    /// <summary>Limits by signal name, as written, that a canary must keep.</summary>
    public IReadOnlyDictionary<string, string> Judge { get; init; } = new Dictionary<string, string>();

    /// <summary>The share of the traffic that a shadow revision is sent a copy of, in (0, 1].</summary>
    public double? Share { get; init; }
}
