namespace Fairlead.Telemetry.Drift;

/// <summary>How one feature was distributed in the reference.</summary>
public sealed class FeatureProfile(string name, FeatureBins bins, long[] counts)
{
    /// <summary>Values that a sample must have before a shift is told; below, chance alone is as large as a change.</summary>
    public const int LeastSample = 100;

    public string Name { get; } = name;

    public FeatureBins Bins { get; } = bins;

    /// <summary>Values of the reference per bin.</summary>
    public ReadOnlySpan<long> Counts => counts;

    /// <summary>
    /// How far a sample lies from the reference: the population stability index less what chance alone gives on average,
    /// and at least 0. Null below <see cref="LeastSample"/> values.
    /// </summary>
    /// <param name="sample">Values per bin.</param>
    public double? Shift(ReadOnlySpan<long> sample)
    {
        var total = 0L;
        foreach (var count in sample) total += count;
        if (total < LeastSample) return null;
        return Math.Max(0, PopulationStability.Index(counts, sample) - PopulationStability.Noise(counts, sample));
    }
}
