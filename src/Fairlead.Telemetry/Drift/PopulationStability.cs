namespace Fairlead.Telemetry.Drift;

/// <summary>
/// The population stability index, the sum over bins of <c>(p - q) · ln(p / q)</c> for the shares p and q of two samples:
/// Jeffreys' divergence (Jeffreys 1946; as an index of score cards: Siddiqi, Credit Risk Scorecards, 2006). By custom below
/// 0.1 is no change, above 0.25 a large one. Never negative, 0 for equal shares, the same in both directions.
/// </summary>
public static class PopulationStability
{
    /// <summary>The least share that a bin is taken to have: the logarithm of an empty one has no value.</summary>
    public const double LeastShare = 1e-4;

    /// <exception cref="ArgumentException">The bins are not the same ones, or a sample is empty.</exception>
    public static double Index(ReadOnlySpan<long> reference, ReadOnlySpan<long> counts)
    {
        var (first, second) = (Total(reference, counts), Total(counts, reference));
        var index = 0.0;
        for (var i = 0; i < counts.Length; i++)
        {
            var p = Math.Max((double)reference[i] / first, LeastShare);
            var q = Math.Max((double)counts[i] / second, LeastShare);
            index += (p - q) * Math.Log(p / q);
        }

        return index;
    }

    /// <summary>
    /// The index that two samples of one population have on average, from chance alone: <c>(bins - 1) · (1/n + 1/m)</c>
    /// (Yurdakul and Naranjo, Statistical properties of the population stability index, Journal of Risk Model Validation 14(4), 2020).
    /// Bins that are empty in both are none.
    /// </summary>
    public static double Noise(ReadOnlySpan<long> reference, ReadOnlySpan<long> counts)
    {
        var bins = 0;
        for (var i = 0; i < counts.Length; i++) bins += reference[i] > 0 || counts[i] > 0 ? 1 : 0;
        return (bins - 1) * ((1.0 / Total(reference, counts)) + (1.0 / Total(counts, reference)));
    }

    private static long Total(ReadOnlySpan<long> counts, ReadOnlySpan<long> others)
    {
        if (counts.Length != others.Length) throw new ArgumentException($"{counts.Length} bins cannot be compared with {others.Length}.", nameof(counts));
        var total = 0L;
        foreach (var count in counts) total += count;
        return total > 0 ? total : throw new ArgumentException("A sample without a value has no shares.", nameof(counts));
    }
}
