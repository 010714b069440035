using System.Globalization;

namespace Fairlead.Api.Client;

/// <param name="After">Only events with a larger sequence number.</param>
public sealed record EventQuery(string? Deployment = null, long? After = null, int? Limit = null);

/// <param name="Tail">At most so many lines from the end of each replica's log.</param>
public sealed record LogFilter(string? Replica = null, DateTimeOffset? Since = null, int? Tail = null, bool Follow = false)
{
    internal IReadOnlyCollection<string> ToParameters()
    {
        var parameters = new List<string>();
        if (Replica is not null) parameters.Add($"replica={Uri.EscapeDataString(Replica)}");
        if (Since is { } since) parameters.Add($"since={Uri.EscapeDataString(since.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture))}");
        if (Tail is { } tail) parameters.Add(string.Create(CultureInfo.InvariantCulture, $"tail={tail}"));
        if (Follow) parameters.Add("follow=true");
        return parameters;
    }
}
