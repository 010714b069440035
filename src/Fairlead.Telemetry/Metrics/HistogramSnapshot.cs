namespace Fairlead.Telemetry.Metrics;

/// <summary>A histogram at one moment, or what was added to it between two.</summary>
/// <param name="Bounds">Inclusive upper bounds, growing; <paramref name="Counts"/> has one element more, for what lies above the last.</param>
/// <param name="Counts">Per bucket, not cumulated.</param>
public sealed record HistogramSnapshot(double[] Bounds, long[] Counts, double Sum)
{
    public long Count => Counts.Sum();

    /// <summary>Null without observations.</summary>
    public double? Mean => Count == 0 ? null : Sum / Count;

    /// <summary>
    /// What was observed since <paramref name="earlier"/>. When that is no earlier state of the same histogram (the process
    /// restarted, the buckets differ) all of this counts as new, as Prometheus' <c>increase</c> has it.
    /// </summary>
    public HistogramSnapshot Minus(HistogramSnapshot? earlier)
    {
        if (earlier is null || !earlier.Bounds.AsSpan().SequenceEqual(Bounds)) return this;
        var counts = new long[Counts.Length];
        for (var i = 0; i < counts.Length; i++)
        {
            counts[i] = Counts[i] - earlier.Counts[i];
            if (counts[i] < 0) return this;
        }

        return new HistogramSnapshot(Bounds, counts, Sum - earlier.Sum);
    }

    /// <exception cref="ArgumentException">The buckets differ.</exception>
    public HistogramSnapshot Plus(HistogramSnapshot other)
    {
        if (!other.Bounds.AsSpan().SequenceEqual(Bounds)) throw new ArgumentException("Only histograms with the same buckets can be added.", nameof(other));
        return new HistogramSnapshot(Bounds, [.. Counts.Zip(other.Counts, static (a, b) => a + b)], Sum + other.Sum);
    }

    /// <summary>
    /// An estimate, by linear interpolation inside the bucket as Prometheus' <c>histogram_quantile</c> makes it; above the
    /// last bound it is that bound. Null without observations.
    /// </summary>
    /// <param name="quantile">0 to 1.</param>
    public double? Quantile(double quantile)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(quantile, 0);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(quantile, 1);
        var count = Count;
        if (count == 0 || Bounds.Length == 0) return null;
        var rank = quantile * count;
        long below = 0;
        for (var i = 0; i < Bounds.Length; i++)
        {
            if (Counts[i] > 0 && below + Counts[i] >= rank)
            {
                var lower = i > 0 ? Bounds[i - 1] : Math.Min(0, Bounds[0]);
                return lower + ((Bounds[i] - lower) * (rank - below) / Counts[i]);
            }

            below += Counts[i];
        }

        return Bounds[^1];
    }
}
