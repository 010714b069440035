namespace Fairlead.Telemetry.Prometheus;

/// <summary>One line of a scrape.</summary>
public sealed record MetricSample(string Name, IReadOnlyList<KeyValuePair<string, string>> Labels, double Value)
{
    /// <summary>The label's value; null when the sample has no such label.</summary>
    public string? Label(string name)
    {
        foreach (var label in Labels)
        {
            if (label.Key == name) return label.Value;
        }

        return null;
    }

    internal bool Matches((string Label, string Value)[] where) => Array.TrueForAll(where, w => Label(w.Label) == w.Value);
}
