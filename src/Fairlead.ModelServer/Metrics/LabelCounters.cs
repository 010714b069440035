using System.Collections.Concurrent;
using Fairlead.Telemetry.Metrics;

namespace Fairlead.ModelServer.Metrics;

/// <summary>One output's counters. The number of label values is bounded: every one is a time series in the database that scrapes it.</summary>
internal sealed class LabelCounters
{
    internal const int MostTexts = 100;
    private const string Other = "other";

    private readonly Counter[] _byIndex;
    private readonly ConcurrentDictionary<string, Counter> _byText = new(StringComparer.Ordinal);
    private readonly Func<string, Counter> _make;
    private readonly Counter _other;
    private readonly bool _fixed;

    public LabelCounters(MetricFamily<Counter> family, string model, string output, IReadOnlyList<string> labels)
    {
        _make = label => family.With(model, output, label);
        _byIndex = [.. labels.Select(_make)];
        for (var i = 0; i < labels.Count; i++) _byText.TryAdd(labels[i], _byIndex[i]);
        _fixed = labels.Count > 0;
        _other = _make(Other);
    }

    public int Labels => _byIndex.Length;

    public void Add(long index) => (index >= 0 && index < _byIndex.Length ? _byIndex[index] : _other).Add();

    public void Add(string text)
    {
        if (_byText.TryGetValue(text, out var counter)) counter.Add();
        else if (_fixed || text.Length > 200 || _byText.Count >= MostTexts) _other.Add();
        else _byText.GetOrAdd(text, _make).Add();
    }
}
