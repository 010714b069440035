using System.Net.Http.Headers;
using System.Text.RegularExpressions;

namespace Fairlead.Oci.Registries.Authentication;

/// <summary>How a registry wants to be shown who asks (RFC 9110, section 11.6.1; distribution's token authentication).</summary>
internal abstract partial record Challenge
{
    public sealed record Basic : Challenge;

    /// <param name="Realm">Where tokens are given out.</param>
    public sealed record Bearer(Uri Realm, string? Service) : Challenge;

    /// <summary>Null when none of them is known here. Bearer first: a registry that offers both prefers it.</summary>
    public static Challenge? Choose(IEnumerable<AuthenticationHeaderValue> offered)
    {
        Challenge? basic = null;
        foreach (var offer in offered)
        {
            if (offer.Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase) && ParseBearer(offer.Parameter ?? "") is { } bearer) return bearer;
            if (offer.Scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase)) basic = new Basic();
        }

        return basic;
    }

    private static Bearer? ParseBearer(string parameters)
    {
        var values = Parameter().Matches(parameters).ToLookup(m => m.Groups["name"].Value.ToLowerInvariant(), m => m.Groups["value"].Value);
        return Uri.TryCreate(values["realm"].FirstOrDefault(), UriKind.Absolute, out var realm) && realm.Scheme is "http" or "https"
            ? new Bearer(realm, values["service"].FirstOrDefault())
            : null;
    }

    [GeneratedRegex("(?<name>[A-Za-z_]+)=\"(?<value>[^\"]*)\"", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Parameter();
}
