namespace Fairlead.Core.Manifests.Reading;

/// <summary>Finds the word that was most likely meant.</summary>
public static class NearestKey
{
    /// <summary>Null when none is near enough to be worth naming: a third of the letters differ at most, or one starts with the other.</summary>
    public static string? Of(string written, IEnumerable<string> known)
    {
        var folded = Fold(written);
        var (word, distance) = known
            .Select(k => (Word: k, Distance: Distance(folded, Fold(k))))
            .OrderBy(c => c.Distance).ThenBy(c => c.Word, StringComparer.Ordinal)
            .FirstOrDefault((null!, int.MaxValue));
        if (distance <= Math.Max(1, folded.Length / 3)) return word;
        return known.FirstOrDefault(k => Math.Min(k.Length, folded.Length) > 2 && (Fold(k).StartsWith(folded, StringComparison.Ordinal) || folded.StartsWith(Fold(k), StringComparison.Ordinal)));
    }

    /// <summary>So that <c>maxBody</c> and <c>max-body</c> are the same as <c>max_body</c>; cut, since no key is that long.</summary>
    private static string Fold(string word) =>
        string.Concat(word.Take(64).Where(c => c is not ('_' or '-')).Select(char.ToLowerInvariant));

    /// <summary>Optimal string alignment distance: insertions, deletions, replacements and swaps of neighbours count one each.</summary>
    internal static int Distance(string a, string b)
    {
        var d = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++) d[i, 0] = i;
        for (var j = 0; j <= b.Length; j++) d[0, j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            for (var j = 1; j <= b.Length; j++)
            {
                var replaced = d[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                d[i, j] = Math.Min(replaced, 1 + Math.Min(d[i - 1, j], d[i, j - 1]));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
            }
        }

        return d[a.Length, b.Length];
    }
}
