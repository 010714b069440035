namespace Fairlead.Telemetry.Drift;

/// <summary>Says which bin a value belongs to. The last bin is for what is missing: null, an empty text, NaN.</summary>
public abstract class FeatureBins(int count)
{
    public int Count { get; } = count;

    public int Missing => Count - 1;
}

public abstract class NumberBins(int count) : FeatureBins(count)
{
    public int IndexOf(double value) => double.IsNaN(value) ? Missing : Find(value);

    protected abstract int Find(double value);
}

/// <summary>Bins with inclusive upper edges; one more lies above the last edge.</summary>
/// <param name="edges">Growing.</param>
public sealed class QuantileBins(double[] edges) : NumberBins(edges.Length + 2)
{
    public IReadOnlyList<double> Edges => edges;

    protected override int Find(double value)
    {
        var index = Array.BinarySearch(edges, value);
        return index < 0 ? ~index : index;
    }
}

/// <summary>A bin per number of the reference, and one for every other number.</summary>
/// <param name="values">Growing.</param>
public sealed class NumberCategories(double[] values) : NumberBins(values.Length + 2)
{
    public IReadOnlyList<double> Values => values;

    protected override int Find(double value)
    {
        var index = Array.BinarySearch(values, value);
        return index < 0 ? values.Length : index;
    }
}
