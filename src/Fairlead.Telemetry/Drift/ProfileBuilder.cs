namespace Fairlead.Telemetry.Drift;

/// <summary>Makes a feature's profile from the reference's values. Constant and all-missing features have one too.</summary>
public static class ProfileBuilder
{
    public const int Quantiles = 10;

    /// <summary>Whole numbers with at most so many different ones are categories.</summary>
    public const int MostNumbers = 20;

    /// <summary>The most frequent texts; the rest is other.</summary>
    public const int MostTexts = 50;

    /// <param name="values">NaN where one is missing. Rounded as the input's type rounds them: an edge is compared with values of that type.</param>
    /// <param name="whole">Of a whole number's type: few different ones are categories.</param>
    public static FeatureProfile OfNumbers(string name, IReadOnlyList<double> values, bool whole)
    {
        if (values.Count == 0) throw new ArgumentException("A profile needs a value.", nameof(values));
        double[] sorted = [.. values.Where(static v => !double.IsNaN(v)).Order()];
        double[] distinct = whole ? [.. sorted.Distinct().Take(MostNumbers + 1)] : [];
        NumberBins bins = whole && distinct.Length <= MostNumbers ? new NumberCategories(distinct) : new QuantileBins(EdgesOf(sorted));
        var counts = new long[bins.Count];
        foreach (var value in values) counts[bins.IndexOf(value)]++;
        return new FeatureProfile(name, bins, counts);
    }

    /// <param name="values">Null or empty where one is missing.</param>
    public static FeatureProfile OfTexts(string name, IReadOnlyList<string?> values)
    {
        if (values.Count == 0) throw new ArgumentException("A profile needs a value.", nameof(values));
        var frequent = values.Where(static v => !string.IsNullOrEmpty(v) && v.Length <= TextBins.LongestText).GroupBy(static v => v!, StringComparer.Ordinal)
            .OrderByDescending(static g => g.Count()).ThenBy(static g => g.Key, StringComparer.Ordinal).Take(MostTexts).Select(static g => g.Key);
        var bins = new TextBins([.. frequent]);
        var counts = new long[bins.Count];
        foreach (var value in values) counts[bins.IndexOf(value)]++;
        return new FeatureProfile(name, bins, counts);
    }

    // A number that fills a bin by itself (a constant, the zeros of a sparse feature) gets edges on both sides: without them
    // values below it would fall into its own bin and a change would go unseen.
    private static double[] EdgesOf(double[] sorted)
    {
        var edges = new SortedSet<double>();
        for (var k = 1; k < Quantiles && sorted.Length > 0; k++)
        {
            var index = (int)Math.Ceiling((double)k * sorted.Length / Quantiles) - 1;
            var edge = sorted[index];
            edges.Add(edge);
            if (Heavy(sorted, index)) edges.Add(Math.BitDecrement(edge));
        }

        return [.. edges];
    }

    private static bool Heavy(double[] sorted, int index)
    {
        var (first, last) = (index, index);
        while (first > 0 && sorted[first - 1].Equals(sorted[index])) first--;
        while (last < sorted.Length - 1 && sorted[last + 1].Equals(sorted[index])) last++;
        return (last - first + 1) * Quantiles >= sorted.Length;
    }
}
