using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using Fairlead.Oci.Registries.Transport;

namespace Fairlead.Oci.Registries.Authentication;

internal sealed record RegistryToken(string Value, DateTimeOffset Ends)
{
    public override string ToString() => "[REDACTED]";
}

/// <summary>Gets tokens from where a registry says (distribution, "Token Authentication Specification" and its OAuth2 form).</summary>
internal sealed class TokenService(string registry, HttpClient client, Backoff backoff, bool plainHttp, TimeProvider time)
{
    // What the specification says of tokens that do not tell.
    private const int DefaultSeconds = 60;

    /// <param name="scopes">Joined by spaces.</param>
    public async Task<RegistryToken> AskAsync(Challenge.Bearer challenge, string scopes, RegistryCredentials? credentials, CancellationToken cancellationToken)
    {
        if (challenge.Realm.Scheme != Uri.UriSchemeHttps && !challenge.Realm.IsLoopback && !plainHttp) throw new RegistryException(RegistryProblems.PlainTokens(registry, challenge.Realm.Host));
        using var response = await backoff.RunAsync(attempt => SendAsync(challenge, scopes, credentials, attempt), cancellationToken);
        if (response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.BadRequest)
        {
            throw new RegistryException(credentials is null ? RegistryProblems.NoCredentials(registry) : RegistryProblems.CredentialsRefused(registry, credentials.Origin));
        }

        if (!response.IsSuccessStatusCode) throw new RegistryException(RegistryProblems.TokensFailed(registry, challenge.Realm.Host, $"it answered {(int)response.StatusCode}"));
        return await ReadAsync(response, challenge.Realm.Host, cancellationToken);
    }

    private async Task<HttpResponseMessage> SendAsync(Challenge.Bearer challenge, string scopes, RegistryCredentials? credentials, CancellationToken cancellationToken)
    {
        using var request = credentials is { IsIdentityToken: true } ? Exchange(challenge, scopes, credentials) : Get(challenge, scopes);
        if (credentials is { IsIdentityToken: false }) request.Headers.Authorization = RegistryAuthorization.BasicOf(credentials);
        return await Failures.SendAsync(client, request, registry, cancellationToken);
    }

    private static HttpRequestMessage Get(Challenge.Bearer challenge, string scopes)
    {
        var query = scopes.Split(' ').Select(s => $"scope={Uri.EscapeDataString(s)}");
        if (challenge.Service is { } service) query = query.Prepend($"service={Uri.EscapeDataString(service)}");
        return new HttpRequestMessage(HttpMethod.Get, new UriBuilder(challenge.Realm) { Query = string.Join('&', query.Prepend(challenge.Realm.Query.TrimStart('?')).Where(p => p.Length > 0)) }.Uri);
    }

    private static HttpRequestMessage Exchange(Challenge.Bearer challenge, string scopes, RegistryCredentials credentials) => new(HttpMethod.Post, challenge.Realm)
    {
        Content = new FormUrlEncodedContent(
        [
            new("grant_type", "refresh_token"), new("client_id", "fairlead"), new("service", challenge.Service ?? ""),
            new("scope", scopes), new("refresh_token", credentials.Secret),
        ]),
    };

    private async Task<RegistryToken> ReadAsync(HttpResponseMessage response, string host, CancellationToken cancellationToken)
    {
        try
        {
            var answer = JsonSerializer.Deserialize(await response.Content.ReadAsByteArrayAsync(cancellationToken), TokenJson.Default.TokenAnswer);
            if ((answer?.Token ?? answer?.AccessToken) is { Length: > 0 } token) return new RegistryToken(token, time.GetUtcNow().AddSeconds(answer!.ExpiresIn is > 0 and var seconds ? seconds : DefaultSeconds));
        }
        catch (JsonException)
        {
            // Told below; the answer itself may hold the token.
        }

        throw new RegistryException(RegistryProblems.TokensFailed(registry, host, "its answer holds no token"));
    }
}

internal sealed record TokenAnswer(string? Token, [property: JsonPropertyName("access_token")] string? AccessToken, [property: JsonPropertyName("expires_in")] int? ExpiresIn)
{
    public override string ToString() => "[REDACTED]";
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(TokenAnswer))]
internal sealed partial class TokenJson : JsonSerializerContext;
