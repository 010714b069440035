namespace Fairlead.Core.Manifests.Reading;

/// <summary>Shows what the user wrote inside a message: on one line and not too long.</summary>
internal static class Quote
{
    private const int Longest = 60;

    public static string Value(string text) => $"'{Bare(text)}'";

    public static string Bare(string text)
    {
        var line = string.Concat(text.Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '?' : c));
        return line.Length <= Longest ? line : line[..Longest] + "…";
    }

    /// <summary>One sentence with its full stop, from the words of another program.</summary>
    public static string Sentence(string text) => text.Trim().TrimEnd('.') + ".";

    /// <summary><c>ms</c> of <c>50ms</c>.</summary>
    public static string UnitOf(string value) => value[value.AsSpan().LastIndexOfAnyInRange('0', '9')..][1..];

    /// <summary><c>a, b and c</c>.</summary>
    public static string List(IEnumerable<string> words, string last = "and")
    {
        var all = words.ToList();
        return all.Count < 2 ? string.Concat(all) : $"{string.Join(", ", all[..^1])} {last} {all[^1]}";
    }
}
