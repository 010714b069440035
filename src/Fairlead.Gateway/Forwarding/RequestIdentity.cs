using System.Buffers;
using Microsoft.Net.Http.Headers;

namespace Fairlead.Gateway.Forwarding;

/// <summary>What a request is called in logs and traces: taken from the client when well formed, else made.</summary>
internal readonly record struct RequestIdentity(string RequestId, string TraceParent)
{
    private static readonly SearchValues<char> IdLetters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.:/+=");
    private static readonly SearchValues<char> Hex = SearchValues.Create("0123456789abcdef");

    public static RequestIdentity Of(IHeaderDictionary headers) =>
        Of(headers[HeaderRules.RequestId] is [{ } id] ? id : null, headers[HeaderNames.TraceParent] is [{ } parent] ? parent : null);

    /// <param name="id">As the client gave it; null when it gave none, or several.</param>
    /// <param name="parent">The same.</param>
    public static RequestIdentity Of(string? id, string? parent) => new(
        id is { Length: > 0 and <= 128 } && !id.AsSpan().ContainsAnyExcept(IdLetters) ? id : NewId(),
        parent is not null && IsTraceParent(parent) ? parent : NewTraceParent());

    /// <summary>W3C Trace Context, 3.2: version, trace id, parent id and flags; ids of zeros are invalid.</summary>
    private static bool IsTraceParent(string text) =>
        text.Length == 55 && text[2] == '-' && text[35] == '-' && text[52] == '-' && !text.StartsWith("ff", StringComparison.Ordinal)
        && !text.AsSpan(0, 2).ContainsAnyExcept(Hex) && !text.AsSpan(3, 32).ContainsAnyExcept(Hex)
        && !text.AsSpan(36, 16).ContainsAnyExcept(Hex) && !text.AsSpan(53, 2).ContainsAnyExcept(Hex)
        && text.AsSpan(3, 32).ContainsAnyExcept('0') && text.AsSpan(36, 16).ContainsAnyExcept('0');

    private static string NewId() => string.Create(32, 0, static (text, _) => Fill(text));

    private static string NewTraceParent() => string.Create(55, 0, static (text, _) =>
    {
        "00-".CopyTo(text);
        Fill(text.Slice(3, 32));
        text[35] = '-';
        Fill(text.Slice(36, 16));
        "-00".CopyTo(text[52..]);
    });

    /// <summary>Ids need to differ, not to be hard to guess: the random numbers need no call to the system.</summary>
    private static void Fill(Span<char> text)
    {
        Span<byte> random = stackalloc byte[text.Length / 2];
        Random.Shared.NextBytes(random);
        Convert.TryToHexStringLower(random, text, out _);
    }
}
