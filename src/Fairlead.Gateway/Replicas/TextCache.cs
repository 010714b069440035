using System.Text;

namespace Fairlead.Gateway.Replicas;

/// <summary>
/// Texts that come again and again, answer after answer, made once: names of headers, types, dates. Direct-mapped: a text takes
/// the place of another with the same mark.
/// </summary>
internal sealed class TextCache
{
    private const int Places = 256;
    private const int MostBytes = 64;

    [ThreadStatic]
    private static TextCache? _ofThread;

    private readonly string?[] _texts = new string?[Places];

    public static TextCache OfThread => _ofThread ??= new TextCache();

    /// <param name="bytes">Each stands for one character.</param>
    public string Text(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty) return "";
        if (bytes.Length > MostBytes) return Encoding.Latin1.GetString(bytes);
        ref var text = ref _texts[Mark(bytes)];
        if (text is null || !Ascii.Equals(bytes, text)) text = Encoding.Latin1.GetString(bytes);
        return text;
    }

    private static int Mark(ReadOnlySpan<byte> bytes) =>
        ((bytes.Length * 37) + (bytes[0] * 5) + (bytes[bytes.Length / 2] * 3) + (bytes[^1] * 17)) & (Places - 1);
}
