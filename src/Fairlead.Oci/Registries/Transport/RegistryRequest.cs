namespace Fairlead.Oci.Registries.Transport;

/// <summary>A request that can be sent more than once.</summary>
/// <param name="Address">Relative to the registry, or where the registry said to go on.</param>
/// <param name="Scopes">What a token must allow, joined by spaces.</param>
internal sealed record RegistryRequest(HttpMethod Method, Uri Address, string Scopes)
{
    /// <summary>Made anew for each sending.</summary>
    public Func<HttpContent>? Content { get; init; }

    public IReadOnlyList<string> Accept { get; init; } = [];

    /// <summary>The first byte that is asked for; 0 for all.</summary>
    public long From { get; init; }

    /// <summary>A large body is held back until the registry has seen the headers and wants it.</summary>
    public bool ExpectContinue { get; init; }

    public HttpRequestMessage ToMessage(Uri registry)
    {
        var message = new HttpRequestMessage(Method, new Uri(registry, Address)) { Content = Content?.Invoke() };
        foreach (var type in Accept) message.Headers.Accept.ParseAdd(type);
        if (From > 0) message.Headers.Range = new System.Net.Http.Headers.RangeHeaderValue(From, null);
        if (ExpectContinue) message.Headers.ExpectContinue = true;
        return message;
    }
}
