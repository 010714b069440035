using System.Text;

namespace Fairlead.Telemetry.Drift;

/// <summary>A bin per text of the reference, and one for every other text.</summary>
public sealed class TextBins : FeatureBins
{
    // Longer texts are no categories: they are looked up nowhere and count as other.
    internal const int LongestText = 200;

    private readonly Dictionary<string, int> _texts;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _spans;

    public TextBins(IReadOnlyList<string> texts)
        : base(texts.Count + 2)
    {
        _texts = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < texts.Count; i++) _texts.Add(texts[i], i);
        _spans = _texts.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    private int Other => Count - 2;

    public int IndexOf(string? text) => string.IsNullOrEmpty(text) ? Missing : _texts.GetValueOrDefault(text, Other);

    /// <summary>Without an allocation.</summary>
    public int IndexOf(ReadOnlySpan<byte> utf8)
    {
        if (utf8.IsEmpty) return Missing;
        if (utf8.Length > LongestText) return Other;
        Span<char> text = stackalloc char[LongestText];
        var length = Encoding.UTF8.GetChars(utf8, text);
        return _spans.TryGetValue(text[..length], out var index) ? index : Other;
    }
}
