using System.Globalization;

namespace Fairlead.Bench.MainJob;

/// <summary>Each figure with its bound, printed as a table.</summary>
internal sealed class FigureTable
{
    private readonly List<(string Name, double Value, double Bound, string Unit)> _rows = [];

    public bool Failed => _rows.Exists(r => r.Value > r.Bound);

    public void Add(string name, double value, double bound, string unit) => _rows.Add((name, value, bound, unit));

    public void Print(TextWriter output)
    {
        output.WriteLine("| figure | measured | bound | |");
        output.WriteLine("|---|---|---|---|");
        foreach (var (name, value, bound, unit) in _rows)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name} | {value:0.##} {unit} | ≤ {bound:0.##} {unit} | {(value <= bound ? "met" : "NOT MET")} |"));
        }
    }
}
