using System.Buffers;
using Microsoft.Net.Http.Headers;

namespace Fairlead.Gateway.Forwarding;

/// <summary>What a request is called in logs and traces: taken from the client when well formed, else made.</summary>
internal readonly record struct RequestIdentity(string RequestId, string TraceParent)
{
    private static readonly SearchValues<char> IdLetters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.:/+=");
    private static readonly SearchValues<char> Hex = SearchValues.Create("0123456789abcdef");

    public static RequestIdentity Of(IHeaderDictionary headers)
    {
        var id = headers[HeaderRules.RequestId] is [{ Length: > 0 and <= 128 } given] && !given.AsSpan().ContainsAnyExcept(IdLetters) ? given : NewHex(16);
        var trace = headers[HeaderNames.TraceParent] is [{ } parent] && IsTraceParent(parent) ? parent : $"00-{NewHex(16)}-{NewHex(8)}-00";
        return new RequestIdentity(id, trace);
    }

    /// <summary>W3C Trace Context, 3.2: version, trace id, parent id and flags; ids of zeros are invalid.</summary>
    private static bool IsTraceParent(string text) =>
        text.Length == 55 && text[2] == '-' && text[35] == '-' && text[52] == '-' && !text.StartsWith("ff", StringComparison.Ordinal)
        && !text.AsSpan(0, 2).ContainsAnyExcept(Hex) && !text.AsSpan(3, 32).ContainsAnyExcept(Hex)
        && !text.AsSpan(36, 16).ContainsAnyExcept(Hex) && !text.AsSpan(53, 2).ContainsAnyExcept(Hex)
        && text.AsSpan(3, 32).ContainsAnyExcept('0') && text.AsSpan(36, 16).ContainsAnyExcept('0');

    /// <summary>Ids need to differ, not to be hard to guess: the random numbers need no call to the system.</summary>
    private static string NewHex(int bytes) => string.Create(bytes * 2, 0, static (text, _) =>
    {
        Span<byte> random = stackalloc byte[text.Length / 2];
        Random.Shared.NextBytes(random);
        Convert.TryToHexStringLower(random, text, out _);
    });
}
