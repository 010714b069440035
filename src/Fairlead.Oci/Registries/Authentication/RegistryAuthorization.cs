using System.Net.Http.Headers;
using System.Text;

namespace Fairlead.Oci.Registries.Authentication;

/// <summary>
/// Answers one registry's challenges and remembers the answers: basic credentials, or a token for each set of scopes until
/// shortly before it ends. Credentials are looked for when a registry asks, not before.
/// </summary>
internal sealed class RegistryAuthorization(string registry, CredentialSource source, TokenService tokens, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(10);
    private readonly SemaphoreSlim _asking = new(1, 1);
    private readonly Dictionary<string, RegistryToken> _tokens = new(StringComparer.Ordinal);
    private AuthenticationHeaderValue? _basic;
    private RegistryCredentials? _credentials;
    private bool _looked;

    /// <summary>What is known to fit the scopes now; null when nothing is known yet.</summary>
    public AuthenticationHeaderValue? Known(string scopes)
    {
        lock (_tokens)
        {
            if (_basic is not null) return _basic;
            return _tokens.TryGetValue(scopes, out var token) && token.Ends - Margin > time.GetUtcNow() ? new AuthenticationHeaderValue("Bearer", token.Value) : null;
        }
    }

    /// <param name="used">What was sent and refused; null when nothing was sent.</param>
    /// <exception cref="RegistryException">Nothing could be shown, or it was refused.</exception>
    public async Task<AuthenticationHeaderValue> AnswerAsync(Challenge challenge, string scopes, AuthenticationHeaderValue? used, CancellationToken cancellationToken)
    {
        await _asking.WaitAsync(cancellationToken);
        try
        {
            // Another request may have asked meanwhile.
            if (Known(scopes) is { } known && known.Parameter != used?.Parameter) return known;
            if (!_looked) (_credentials, _looked) = (await source.FindAsync(registry, cancellationToken), true);
            return challenge switch
            {
                Challenge.Bearer bearer => await AskAsync(bearer, scopes, cancellationToken),
                _ when _credentials is null => throw new RegistryException(RegistryProblems.NoCredentials(registry)),
                _ when used is not null || _credentials.IsIdentityToken => throw new RegistryException(RegistryProblems.CredentialsRefused(registry, _credentials.Origin)),
                _ => Remember(_credentials),
            };
        }
        finally
        {
            _asking.Release();
        }
    }

    public void Dispose() => _asking.Dispose();

    internal static AuthenticationHeaderValue BasicOf(RegistryCredentials credentials) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{credentials.Username}:{credentials.Secret}")));

    private async Task<AuthenticationHeaderValue> AskAsync(Challenge.Bearer bearer, string scopes, CancellationToken cancellationToken)
    {
        var token = await tokens.AskAsync(bearer, scopes, _credentials, cancellationToken);
        lock (_tokens) _tokens[scopes] = token;
        return new AuthenticationHeaderValue("Bearer", token.Value);
    }

    private AuthenticationHeaderValue Remember(RegistryCredentials credentials)
    {
        lock (_tokens) return _basic = BasicOf(credentials);
    }
}
