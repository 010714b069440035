using System.Globalization;
using System.Text.Json;

namespace Fairlead.Bench.Server;

/// <summary>What is printed: figures by load, ratios with their bounds, and all of it as JSON.</summary>
internal sealed class Report
{
    private static readonly JsonSerializerOptions Json = new() { NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals, WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };
    private readonly List<(string Scenario, Figures Figures)> _figures = [];
    private readonly List<Bound> _bounds = [];

    public bool Met => _bounds.TrueForAll(b => b.Met);

    public void Add(string scenario, IEnumerable<Figures> figures)
    {
        foreach (var row in figures) _figures.Add((scenario, row));
    }

    public void AtLeast(string name, double value, double bound, string unit = "×") => _bounds.Add(new Bound(name, value, "≥", bound, unit, value >= bound));

    public void AtMost(string name, double value, double bound, string unit) => _bounds.Add(new Bound(name, value, "≤", bound, unit, value <= bound));

    /// <summary>A figure without a bound.</summary>
    public void Note(string name, double value, string unit) => _bounds.Add(new Bound(name, value, "", double.NaN, unit, true));

    public void Print(TextWriter output)
    {
        if (_figures.Count > 0)
        {
            output.WriteLine("| load | program | connections | requests/s | p50 µs | p99 µs | CPU s per 1,000 | resident MB | errors |");
            output.WriteLine("|---|---|---|---|---|---|---|---|---|");
            foreach (var (scenario, f) in _figures)
            {
                output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {scenario} | {f.Name} | {f.Connections} | {f.Rate:0} | {f.P50:0} | {f.P99:0} | {f.CpuPerThousand:0.0000} | {f.ResidentMegabytes:0} | {f.Errors} |"));
            }

            output.WriteLine();
        }

        output.WriteLine("| figure | measured | bound | |");
        output.WriteLine("|---|---|---|---|");
        foreach (var b in _bounds)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {b.Name} | {b.Value:0.###} {b.Unit} | {(b.Relation.Length == 0 ? "" : $"{b.Relation} {b.Limit:0.###}")} | {(b.Relation.Length == 0 ? "" : b.Met ? "met" : "NOT MET")} |"));
        }
    }

    public void Write(string path) =>
        File.WriteAllText(path, JsonSerializer.Serialize(new { figures = _figures.Select(f => new { scenario = f.Scenario, f.Figures }), bounds = _bounds }, Json));

    private sealed record Bound(string Name, double Value, string Relation, double Limit, string Unit, bool Met);
}
