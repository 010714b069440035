using System.Globalization;

namespace Fairlead.Core.Identity;

/// <summary>
/// One replica's identity for its whole life, <c>{deployment}-{revision}-{suffix}</c>, such as <c>penguins-3-k7f2q</c>.
/// Never used twice: the suffix is random, so a replica that replaces another is told apart from it.
/// </summary>
public sealed record ReplicaId
{
    private const string Alphabet = "bcdfghjkmnpqrstvwxz2456789";
    private const int SuffixLength = 5;

    private ReplicaId(string value) => Value = value;

    public string Value { get; }

    public static ReplicaId New(DeploymentName deployment, int revision, Random random)
    {
        Span<char> suffix = stackalloc char[SuffixLength];
        random.GetItems(Alphabet, suffix);
        return new ReplicaId($"{deployment}-{revision}-{suffix}");
    }

    /// <exception cref="FormatException">The text is no replica id.</exception>
    public static ReplicaId Parse(string text)
    {
        var parts = text.Split('-');
        // An id becomes a file's name, so that nothing else may pass.
        var valid = parts.Length >= 3
            && int.TryParse(parts[^2], NumberStyles.None, CultureInfo.InvariantCulture, out _)
            && parts[^1].Length == SuffixLength && parts[^1].All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c))
            && DeploymentName.TryParse(string.Join('-', parts[..^2]), out _);
        return valid ? new ReplicaId(text) : throw new FormatException($"'{text}' is no replica id.");
    }

    public override string ToString() => Value;
}
