using System.Globalization;
using System.Net;
using Fairlead.Core.Units;

namespace Fairlead.ModelServer.Settings;

/// <summary>The kinds of value that settings have, each with its range in words.</summary>
internal static class SettingTypes
{
    public static Setting Text(string name, string key, string fallback, string range, Func<ServerOptions, string, ServerOptions> set) => new(name, key, fallback, range, set);

    public static Setting Address(string name, string key, string fallback, Func<ServerOptions, IPEndPoint, ServerOptions> set) =>
        new(name, key, fallback, "an address and a port such as 127.0.0.1:8080 or [::1]:8080", (options, text) => AddressOf(text) is { } address ? set(options, address) : null);

    public static Setting Span(string name, string key, string fallback, string least, string most, Func<ServerOptions, TimeSpan, ServerOptions> set)
    {
        var (from, to) = (SpanOf(least)!.Value, SpanOf(most)!.Value);
        return new Setting(name, key, fallback, $"a time with a unit from {least} to {most}", (options, text) => SpanOf(text) is { } span && span >= from && span <= to ? set(options, span) : null);
    }

    public static Setting Size(string name, string key, string fallback, string least, string most, Func<ServerOptions, ByteSize, ServerOptions> set)
    {
        var (from, to) = (SizeOf(least)!.Value, SizeOf(most)!.Value);
        return new Setting(name, key, fallback, $"a size with a unit from {least} to {most}", (options, text) => SizeOf(text) is { } size && size.Bytes >= from.Bytes && size.Bytes <= to.Bytes ? set(options, size) : null);
    }

    public static Setting Number(string name, string key, string fallback, int least, int most, Func<ServerOptions, int, ServerOptions> set) =>
        new(name, key, fallback, $"a whole number from {least} to {most}", (options, text) => NumberOf(text) is { } number && number >= least && number <= most ? set(options, number) : null);

    public static Setting Choice<T>(string name, string key, string fallback, (string Word, T Value)[] choices, Func<ServerOptions, T, ServerOptions> set)
    {
        var words = choices.Select(c => c.Word).ToArray();
        return new Setting(name, key, fallback, $"{string.Join(", ", words[..^1])} or {words[^1]}", (options, text) => Array.IndexOf(words, text) is >= 0 and var at ? set(options, choices[at].Value) : null);
    }

    private static IPEndPoint? AddressOf(string text)
    {
        var numeric = text.StartsWith("localhost:", StringComparison.Ordinal) ? string.Concat("127.0.0.1", text.AsSpan("localhost".Length)) : text;

        // IPEndPoint reads an address without a port as port 0.
        var port = numeric.AsSpan(numeric.LastIndexOf(':') + 1);
        return IPEndPoint.TryParse(numeric, out var address) && port.Length > 0 && port.Length < numeric.Length && NumberOf(port) == address.Port ? address : null;
    }

    private static TimeSpan? SpanOf(string text) => Duration.TryParse(text, out var span) ? span : null;

    private static ByteSize? SizeOf(string text) => ByteSize.TryParse(text, out var size) ? size : null;

    private static int? NumberOf(ReadOnlySpan<char> text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
