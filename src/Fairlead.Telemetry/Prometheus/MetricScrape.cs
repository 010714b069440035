using Fairlead.Telemetry.Metrics;

namespace Fairlead.Telemetry.Prometheus;

/// <summary>What one scrape gave.</summary>
/// <param name="Skipped">Lines that were no sample.</param>
public sealed record MetricScrape(IReadOnlyList<MetricSample> Samples, int Skipped)
{
    private const string BucketSuffix = "_bucket";

    /// <summary>The sum over the samples with these labels; null when there is none, or when one is no number.</summary>
    public double? Sum(string name, params (string Label, string Value)[] where) =>
        Total(name, where) is { } value && double.IsFinite(value) ? value : null;

    /// <summary>The same, and no number when one is none; null when there is none.</summary>
    public double? Total(string name, params (string Label, string Value)[] where)
    {
        double? sum = null;
        foreach (var sample in Samples)
        {
            if (sample.Name != name || !sample.Matches(where)) continue;
            sum = (sum ?? 0) + sample.Value;
        }

        return sum;
    }

    /// <summary>The histograms with these labels added up; null when there is none that is whole.</summary>
    public HistogramSnapshot? Histogram(string name, params (string Label, string Value)[] where)
    {
        var cumulated = new SortedDictionary<double, double>();
        foreach (var sample in Samples)
        {
            if (sample.Name.Length != name.Length + BucketSuffix.Length || !sample.Name.StartsWith(name, StringComparison.Ordinal)
                || !sample.Name.EndsWith(BucketSuffix, StringComparison.Ordinal) || !sample.Matches(where)) continue;
            if (!PrometheusNumber.TryParse(sample.Label("le"), out var bound) || double.IsNaN(bound)) return null;
            if (!double.IsFinite(sample.Value) || sample.Value is < 0 or > long.MaxValue / 2) return null;
            cumulated[bound] = cumulated.GetValueOrDefault(bound) + sample.Value;
        }

        if (cumulated.Count == 0 || !cumulated.ContainsKey(double.PositiveInfinity)) return null;
        var counts = new long[cumulated.Count];
        var (index, before) = (0, 0.0);
        foreach (var value in cumulated.Values)
        {
            counts[index++] = Math.Max(0, (long)(value - before));
            before = value;
        }

        return new HistogramSnapshot([.. cumulated.Keys.Where(double.IsFinite)], counts, Sum(name + "_sum", where) ?? 0);
    }
}
