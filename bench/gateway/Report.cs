using System.Globalization;
using System.Text.Json;

namespace Fairlead.Bench.Gateway;

/// <summary>What is printed: figures by load, ratios with their bounds, and all of it as JSON.</summary>
internal sealed class Report
{
    private static readonly JsonSerializerOptions Json = new() { NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals, WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };
    private readonly List<Figures> _figures = [];
    private readonly List<Bound> _bounds = [];

    public bool Met => _bounds.TrueForAll(b => b.Met);

    public void Add(IEnumerable<Figures> figures) => _figures.AddRange(figures);

    public void AtLeast(string name, double value, double limit, string unit = "×") => _bounds.Add(new Bound(name, value, "≥", limit, unit, value >= limit));

    public void AtMost(string name, double value, double limit, string unit) => _bounds.Add(new Bound(name, value, "≤", limit, unit, value <= limit));

    /// <summary>A figure without a bound.</summary>
    public void Note(string name, double value, string unit) => _bounds.Add(new Bound(name, value, "", double.NaN, unit, true));

    public void Print(TextWriter output)
    {
        output.WriteLine("| load | program | requests/s | p50 µs | p99 µs | CPU s per 1,000 | resident MB | errors |");
        output.WriteLine("|---|---|---|---|---|---|---|---|");
        foreach (var f in _figures) output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {f.Load} | {f.Name} | {f.Rate:0} | {f.P50:0} | {f.P99:0} | {f.CpuPerThousand:0.0000} | {f.ResidentMegabytes:0} | {f.Errors} |"));
        output.WriteLine();
        output.WriteLine("| figure | measured | bound | |");
        output.WriteLine("|---|---|---|---|");
        foreach (var b in _bounds)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {b.Name} | {b.Value:0.###} {b.Unit} | {(b.Relation.Length == 0 ? "" : $"{b.Relation} {b.Limit:0.###}")} | {(b.Relation.Length == 0 ? "" : b.Met ? "met" : "NOT MET")} |"));
        }
    }

    public void Write(string path) => File.WriteAllText(path, JsonSerializer.Serialize(new { figures = _figures, bounds = _bounds }, Json));

    private sealed record Bound(string Name, double Value, string Relation, double Limit, string Unit, bool Met);
}
