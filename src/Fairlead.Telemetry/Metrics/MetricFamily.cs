using System.Collections.Concurrent;

namespace Fairlead.Telemetry.Metrics;

public enum MetricKind
{
    Counter,
    Gauge,
    Histogram,
}

/// <summary>All children of one metric name.</summary>
public abstract class MetricFamily(string name, string help, MetricKind kind, string[] labels)
{
    public string Name { get; } = name;

    public string Help { get; } = help;

    public MetricKind Kind { get; } = kind;

    public IReadOnlyList<string> Labels { get; } = labels;

    internal abstract IEnumerable<(string[] LabelValues, object Child)> Children { get; }
}

public sealed class MetricFamily<T> : MetricFamily
    where T : class
{
    private readonly ConcurrentDictionary<string, (string[] LabelValues, T Child)> _children = new(StringComparer.Ordinal);
    private readonly Func<T> _create;

    internal MetricFamily(string name, string help, MetricKind kind, string[] labels, Func<T> create)
        : base(name, help, kind, labels)
    {
        _create = create;
        if (labels.Length == 0) With();
    }

    /// <summary>The child with these label values, in the order of the family's labels; made at first use. Keep it: the look-up allocates.</summary>
    public T With(params string[] labelValues)
    {
        if (labelValues.Length != Labels.Count) throw new ArgumentException($"'{Name}' has {Labels.Count} labels, not {labelValues.Length}.", nameof(labelValues));
        return _children.GetOrAdd(string.Join('\u001f', labelValues), static (_, arg) => (arg.labelValues, arg._create()), (labelValues, _create)).Child;
    }

    /// <summary>Drops a child whose subject is gone, so that label values do not pile up.</summary>
    public void Remove(params string[] labelValues) => _children.TryRemove(string.Join('\u001f', labelValues), out _);

    internal override IEnumerable<(string[] LabelValues, object Child)> Children =>
        _children.OrderBy(c => c.Key, StringComparer.Ordinal).Select(c => (c.Value.LabelValues, (object)c.Value.Child));
}
