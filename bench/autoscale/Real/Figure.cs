using System.Globalization;
using System.Text.Json.Serialization;

namespace Fairlead.Bench.Autoscale.Real;

/// <param name="Bound">For people; null when it is only told.</param>
/// <param name="Met">Null without a bound.</param>
internal sealed record Figure(string Name, double Value, string Unit, string? Bound = null, bool? Met = null)
{
    // JSON has no infinity.
    private const double NeverCame = -1;

    public static Figure AtMost(string name, double value, double most, string unit = "") =>
        new(name, Math.Round(value, 3), unit, string.Create(CultureInfo.InvariantCulture, $"≤ {most}{(unit.Length == 0 ? "" : " ")}{unit}"), value <= most);

    /// <param name="value">Null when it never came.</param>
    public static Figure Within(string name, TimeSpan? value, double most) => AtMost(name, value is { } came ? came.TotalSeconds : NeverCame, most, "s") with { Met = value is { } met && met.TotalSeconds <= most };

    public static Figure Exactly(string name, double value, double wanted, string unit = "") =>
        new(name, value, unit, wanted.ToString(CultureInfo.InvariantCulture), value == wanted);

    public static Figure Holds(string name, bool holds) => new(name, holds ? 1 : 0, "", "yes", holds);

    public static Figure Told(string name, double value, string unit = "") => new(name, Math.Round(value, 3), unit);
}

/// <param name="Explanation">What the product itself said of it.</param>
internal sealed record ScenarioResult(string Scenario, IReadOnlyList<Figure> Figures, IReadOnlyList<string> Explanation)
{
    public bool Met => Figures.All(f => f.Met != false);
}

internal sealed record RealResults(string Engine, bool Met, IReadOnlyList<ScenarioResult> Scenarios);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(RealResults))]
internal sealed partial class RealJson : JsonSerializerContext;
