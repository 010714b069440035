namespace Fairlead.Telemetry.Metrics;

/// <summary>
/// The metrics of one process. Families are made once at start-up; their children (one per set of label values) are kept
/// by who uses them, so that counting on the request path is one interlocked add and allocates nothing.
/// </summary>
public sealed class MetricRegistry
{
    private readonly Lock _gate = new();
    private readonly List<MetricFamily> _families = [];
    private readonly List<Action> _collectors = [];

    public MetricFamily<Counter> Counter(string name, string help, params string[] labels) =>
        Add(new MetricFamily<Counter>(name, help, MetricKind.Counter, labels, static () => new Counter()));

    public MetricFamily<Gauge> Gauge(string name, string help, params string[] labels) =>
        Add(new MetricFamily<Gauge>(name, help, MetricKind.Gauge, labels, static () => new Gauge()));

    /// <param name="bounds">Inclusive upper bounds in the metric's base unit, growing; the last bucket, <c>+Inf</c>, is added.</param>
    public MetricFamily<Histogram> Histogram(string name, string help, double[] bounds, params string[] labels) =>
        Add(new MetricFamily<Histogram>(name, help, MetricKind.Histogram, labels, () => new Histogram(bounds)));

    /// <summary>A counter that is read from elsewhere before every scrape and may have fractions, such as seconds of processor time.</summary>
    public MetricFamily<Gauge> CounterReading(string name, string help, params string[] labels) =>
        Add(new MetricFamily<Gauge>(name, help, MetricKind.Counter, labels, static () => new Gauge()));

    /// <summary>Runs before every scrape, for gauges that are read rather than counted.</summary>
    public void OnCollect(Action collect)
    {
        lock (_gate) _collectors.Add(collect);
    }

    internal IReadOnlyList<MetricFamily> Collect()
    {
        List<MetricFamily> families;
        List<Action> collectors;
        lock (_gate) (families, collectors) = ([.. _families], [.. _collectors]);
        foreach (var collect in collectors) collect();
        return families;
    }

    private MetricFamily<T> Add<T>(MetricFamily<T> family)
        where T : class
    {
        lock (_gate)
        {
            if (_families.Exists(f => f.Name == family.Name)) throw new ArgumentException($"The metric '{family.Name}' is there already.", nameof(family));
            _families.Add(family);
        }

        return family;
    }
}
