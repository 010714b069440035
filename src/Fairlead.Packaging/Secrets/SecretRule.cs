using System.Buffers;

namespace Fairlead.Packaging.Secrets;

/// <summary>How one kind of secret is told from other text: words that are in it, and what must stand around them.</summary>
/// <param name="Kind">For people, with its article: <c>a GitHub token</c>.</param>
/// <param name="Anchors">Exact words, one of which is in every such secret.</param>
/// <param name="IsSecret">The text and the place of an anchor in it; the text ends at most <see cref="Reach"/> characters after it.</param>
internal sealed record SecretRule(string Kind, IReadOnlyList<string> Anchors, SecretRule.Check IsSecret)
{
    /// <summary>How far from its anchor a secret is looked at.</summary>
    public const int Reach = 4096;

    internal delegate bool Check(ReadOnlySpan<char> text, int at, int anchorLength);

    private static readonly SearchValues<char> Word = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");

    /// <summary>A token: the anchor and then at least so many letters of an alphabet, not in the middle of a longer word.</summary>
    public static SecretRule Token(string kind, IReadOnlyList<string> anchors, string alphabet, int least, int most = Reach)
    {
        var letters = SearchValues.Create(alphabet);
        return new SecretRule(kind, anchors, (text, at, length) =>
        {
            if (at > 0 && Word.Contains(text[at - 1])) return false;
            var run = Run(text[(at + length)..], letters);
            return run.Length >= least && run.Length <= most && !IsPlaceholder(run);
        });
    }

    /// <summary>A value that is given for a name: at least so many letters of an alphabet after the name and what may stand between.</summary>
    public static SecretRule Value(string kind, IReadOnlyList<string> names, string alphabet, int least)
    {
        var letters = SearchValues.Create(alphabet);
        return new SecretRule(kind, names, (text, at, length) =>
        {
            var run = Run(text[(at + length)..].TrimStart(" \t:=\"'\\"), letters);
            return run.Length >= least && !IsPlaceholder(run);
        });
    }

    private static ReadOnlySpan<char> Run(ReadOnlySpan<char> text, SearchValues<char> letters)
    {
        var end = text.IndexOfAnyExcept(letters);
        return end < 0 ? text : text[..end];
    }

    // Documentation writes AKIAIOSFODNN7EXAMPLE and ghp_xxxxxxxx; keys are drawn at random and never look like that.
    private static bool IsPlaceholder(ReadOnlySpan<char> run)
    {
        if (run.Contains("EXAMPLE", StringComparison.OrdinalIgnoreCase)) return true;
        var different = 0UL;
        foreach (var c in run) different |= 1UL << (c & 63);
        return ulong.PopCount(different) < 6;
    }
}
