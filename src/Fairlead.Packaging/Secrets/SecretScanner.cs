using System.Buffers;
using System.Text;

namespace Fairlead.Packaging.Secrets;

/// <param name="Line">1-based.</param>
internal sealed record SecretFinding(string Kind, long Line);

/// <summary>Looks for secrets in files of any size and kind, in one pass and in memory that does not grow with them.</summary>
internal sealed class SecretScanner
{
    private const int Block = 256 << 10;

    /// <summary>What is kept of the block before: as far as a rule looks back and ahead.</summary>
    private const int Kept = 2 * SecretRule.Reach;

    private readonly IReadOnlyList<SecretRule> _rules;
    private readonly SearchValues<string> _anchors;

    public SecretScanner(IReadOnlyList<SecretRule> rules)
    {
        _rules = rules;
        _anchors = SearchValues.Create([.. rules.SelectMany(r => r.Anchors).Distinct(StringComparer.Ordinal)], StringComparison.Ordinal);
    }

    /// <summary>One finding for each kind that the file holds.</summary>
    /// <param name="limit">Bytes to look at.</param>
    public IReadOnlyList<SecretFinding> Scan(Stream stream, long limit, CancellationToken cancellationToken)
    {
        var findings = new List<SecretFinding>();
        var bytes = ArrayPool<byte>.Shared.Rent(Block);
        var chars = ArrayPool<char>.Shared.Rent(Block + Kept);
        try
        {
            var (kept, searched, lines) = (0, 0, 1L);
            for (var last = false; !last;)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var read = stream.ReadAtLeast(bytes.AsSpan(0, (int)Math.Min(Block, limit)), (int)Math.Min(Block, limit), throwOnEndOfStream: false);
                limit -= read;
                last = read < Block || limit == 0;
                Encoding.Latin1.GetChars(bytes.AsSpan(0, read), chars.AsSpan(kept));
                var text = chars.AsSpan(0, kept + read);

                // What an anchor in the last characters is, the next block says.
                var end = last ? text.Length : Math.Max(searched, text.Length - SecretRule.Reach);
                Search(text, searched, end, lines, findings);

                var drop = Math.Max(0, text.Length - Kept);
                lines += text[..drop].Count('\n');
                text[drop..].CopyTo(chars);
                (kept, searched) = (text.Length - drop, end - drop);
            }
        }
        finally
        {
            // It may have held a secret.
            ArrayPool<byte>.Shared.Return(bytes, clearArray: true);
            ArrayPool<char>.Shared.Return(chars, clearArray: true);
        }

        return findings;
    }

    /// <param name="start">Anchors before it were seen in the block before.</param>
    /// <param name="lines">The number of the first line of the text.</param>
    private void Search(ReadOnlySpan<char> text, int start, int end, long lines, List<SecretFinding> findings)
    {
        for (var at = start; at < end; at++)
        {
            var next = text[at..].IndexOfAny(_anchors);
            if (next < 0 || at + next >= end) return;
            at += next;
            foreach (var rule in _rules)
            {
                if (!IsAt(rule, text, at) || findings.Exists(f => f.Kind == rule.Kind)) continue;
                findings.Add(new SecretFinding(rule.Kind, lines + text[..at].Count('\n')));
            }
        }
    }

    private static bool IsAt(SecretRule rule, ReadOnlySpan<char> text, int at)
    {
        foreach (var anchor in rule.Anchors)
        {
            if (!text[at..].StartsWith(anchor, StringComparison.Ordinal)) continue;
            var reach = text[..Math.Min(text.Length, at + anchor.Length + SecretRule.Reach)];
            if (rule.IsSecret(reach, at, anchor.Length)) return true;
        }

        return false;
    }
}
