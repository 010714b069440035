using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Fairlead.Core.Manifests.Yaml;
using Fairlead.Core.Results;

namespace Fairlead.Core.Manifests.Reading;

/// <summary>Values without a unit.</summary>
internal static partial class Scalars
{
    public static ScalarType<bool> Truth { get; } = new(
        "true or false",
        "true",
        new JsonObject { ["type"] = "boolean" },
        s => s is { Plain: true, Text: "true" } ? true : s is { Plain: true, Text: "false" } ? false : ManifestProblems.NoTruth(s),
        value => JsonValue.Create(value));

    public static ScalarType<int> Integer(int min, int max) => new(
        "a whole number",
        min.ToString(),
        new JsonObject { ["type"] = "integer", ["minimum"] = min, ["maximum"] = max },
        s => !s.Plain || !Whole().IsMatch(s.Text) ? ManifestProblems.NoWholeNumber(s) : InRange(s.Text, min, max),
        value => JsonValue.Create(value));

    /// <summary>A number above zero.</summary>
    public static ScalarType<decimal> Number { get; } = new(
        "a number",
        "0.2",
        new JsonObject { ["type"] = "number", ["exclusiveMinimum"] = 0 },
        s => !s.Plain || !decimal.TryParse(s.Text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? ManifestProblems.NoNumber(s)
            : value <= 0 ? ManifestProblems.NotPositive(s.Text, "0.2")
            : value,
        value => JsonValue.Create(value));

    /// <summary>One of an enum's names in lower case.</summary>
    public static ScalarType<T> Choice<T>()
        where T : struct, Enum
    {
        var names = Enum.GetNames<T>().Select(n => n.ToLowerInvariant()).ToList();
        return new ScalarType<T>(
            Quote.List(names, "or"),
            names[0],
            new JsonObject { ["enum"] = new JsonArray([.. names.Select(n => JsonValue.Create(n))]) },
            s => names.Contains(s.Text) ? Enum.Parse<T>(s.Text, ignoreCase: true) : ManifestProblems.NoChoice(s.Text, NearestKey.Of(s.Text, names), names),
            value => JsonValue.Create(value.ToString().ToLowerInvariant()));
    }

    /// <summary>Text of any kind, as written: <c>1.10</c> stays <c>1.10</c>.</summary>
    public static ScalarType<string> Text(string noun, string example, string? pattern = null, Func<string, Problem?>? check = null)
    {
        var schema = new JsonObject { ["type"] = "string" };
        if (pattern is not null) schema["pattern"] = pattern;
        return new ScalarType<string>(noun, example, schema, s => Checked(s, example, check), value => JsonValue.Create(value));
    }

    /// <summary>Text that YAML may take for a number, so that an editor must let numbers pass.</summary>
    public static ScalarType<string> Loose(string noun, string example, Func<string, Problem?>? check = null) =>
        new(noun, example, LooseSchema(), s => Checked(s, example, check), value => JsonValue.Create(value));

    /// <summary>Any text at all, on any number of lines.</summary>
    /// <param name="orNothing">Whether no value is the empty text.</param>
    public static ScalarType<string> AnyText(string noun, string example, bool orNothing = false) => new(
        noun,
        example,
        orNothing ? LooseSchema("null") : LooseSchema(),
        s => s.Text.Any(c => !YamlText.IsAllowed(c) && !char.IsSurrogate(c)) ? ManifestProblems.ForbiddenCharacter(s.Text.First(c => !YamlText.IsAllowed(c))) : s.Text,
        value => JsonValue.Create(value))
    { AllowsEmpty = orNothing };

    private static JsonObject LooseSchema(params JsonNode[] more) => new() { ["type"] = new JsonArray(["string", "number", "boolean", .. more]) };

    private static Result<int> InRange(string digits, int min, int max)
    {
        var fits = long.TryParse(digits, out var value);
        if (fits && value >= min && value <= max) return (int)value;
        return ManifestProblems.OutOfRange(digits, below: fits ? value < min : digits[0] == '-', min.ToString(), max.ToString());
    }

    private static Result<string> Checked(YamlScalar scalar, string example, Func<string, Problem?>? check)
    {
        if (scalar.Text.Length == 0) return ManifestProblems.EmptyText(example);
        foreach (var c in scalar.Text.Where(char.IsControl)) return ManifestProblems.ForbiddenCharacter(c);
        return check?.Invoke(scalar.Text) is { } problem ? problem : scalar.Text;
    }

    [GeneratedRegex("^-?(0|[1-9][0-9]*)\\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Whole();
}
