namespace Fairlead.Control.Simulation;

/// <summary>Makes the instants at which requests come.</summary>
public static class Arrivals
{
    /// <summary>
    /// So many requests in each second, at independent random instants of it: what many users who know nothing of each other make.
    /// A count with a fraction becomes the whole number below or above it, at random, so that the mean is kept.
    /// </summary>
    public static double[] Spread(IEnumerable<double> counts, int seed)
    {
        var random = new Random(seed);
        var arrivals = new List<double>();
        var second = 0;
        foreach (var count in counts)
        {
            var begin = arrivals.Count;
            var whole = (int)Math.Floor(count) + (random.NextDouble() < count - Math.Floor(count) ? 1 : 0);
            for (var i = 0; i < whole; i++) arrivals.Add(second + 1 - random.NextDouble());
            arrivals.Sort(begin, whole, null);
            second++;
        }

        return [.. arrivals];
    }

    /// <summary>A Poisson stream whose rate, in requests a second, changes from second to second.</summary>
    public static double[] Poisson(IEnumerable<double> rates, int seed)
    {
        var random = new Random(seed);
        return Spread(rates.Select(r => (double)Count(r, random)), seed + 1);
    }

    /// <summary>Counts per second of the instants, each second's number times <paramref name="scale"/>.</summary>
    public static double[] CountsOf(IReadOnlyList<double> instants, double scale)
    {
        if (instants.Count == 0) return [];
        var counts = new double[(int)Math.Floor(instants[^1]) + 1];
        foreach (var instant in instants) counts[(int)Math.Floor(instant)] += scale;
        return counts;
    }

    // The number of exponential gaps that fit in a second.
    private static int Count(double rate, Random random)
    {
        var count = 0;
        for (var at = -Math.Log(1 - random.NextDouble()) / rate; at < 1; at -= Math.Log(1 - random.NextDouble()) / rate) count++;
        return count;
    }
}
