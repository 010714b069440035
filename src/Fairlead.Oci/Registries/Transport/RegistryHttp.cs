using System.Net;
using System.Net.Http.Headers;
using Fairlead.Oci.Registries.Authentication;

namespace Fairlead.Oci.Registries.Transport;

/// <summary>Sends requests to one registry: shows who asks when it wants to know, and tries again what may go well.</summary>
internal sealed class RegistryHttp : IDisposable
{
    private readonly RegistryTransport _transport;
    private readonly RegistryAuthorization _authorization;
    private readonly string _registry;
    private readonly Uri _address;

    private RegistryHttp(string registry, RegistryOptions options, RegistryTransport transport, Backoff backoff, Uri address)
    {
        (_registry, _transport, Backoff, _address) = (registry, transport, backoff, address);
        _authorization = new RegistryAuthorization(registry, options.Credentials, new TokenService(registry, transport.Client, backoff, options.PlainHttp, options.Time), options.Time);
    }

    public static async Task<RegistryHttp> ConnectAsync(string registry, RegistryOptions options, CancellationToken cancellationToken)
    {
        var transport = new RegistryTransport(registry, options);
        try
        {
            var backoff = new Backoff(options.Time, options.FirstDelay, Random.Shared.NextDouble);
            return new RegistryHttp(registry, options, transport, backoff, await transport.FindAsync(backoff, cancellationToken));
        }
        catch
        {
            transport.Dispose();
            throw;
        }
    }

    public Backoff Backoff { get; }

    /// <summary>For requests that may be repeated as they are.</summary>
    /// <returns>The answer, which may be a refusal.</returns>
    public Task<HttpResponseMessage> SendAsync(RegistryRequest request, CancellationToken cancellationToken) =>
        Backoff.RunAsync(attempt => SendOnceAsync(request, attempt), cancellationToken);

    /// <summary>For requests after whose failure something else has to be done first.</summary>
    public async Task<HttpResponseMessage> SendOnceAsync(RegistryRequest request, CancellationToken cancellationToken)
    {
        var shown = _authorization.Known(request.Scopes);
        for (var answered = 0; ; answered++)
        {
            var response = await SendAsync(request, shown, cancellationToken);
            if (response.StatusCode != HttpStatusCode.Unauthorized) return response;
            using (response)
            {
                // One refusal may be of a token that has ended; the second is of what was asked for anew.
                var challenge = answered < 2 ? Challenge.Choose(response.Headers.WwwAuthenticate) : null;
                if (challenge is null) throw new RegistryException(RegistryProblems.Denied(_registry, await Failures.ReasonOfAsync(response, cancellationToken)));
                shown = await _authorization.AnswerAsync(challenge, request.Scopes, shown, cancellationToken);
            }
        }
    }

    public void Dispose()
    {
        _authorization.Dispose();
        _transport.Dispose();
    }

    private async Task<HttpResponseMessage> SendAsync(RegistryRequest request, AuthenticationHeaderValue? shown, CancellationToken cancellationToken)
    {
        using var message = request.ToMessage(_address);
        // A registry may send uploads to another host; who asks is that host's business only when it is the registry.
        if (message.RequestUri!.Authority == _address.Authority && message.RequestUri.Scheme == _address.Scheme) message.Headers.Authorization = shown;
        return await Failures.SendAsync(_transport.Client, message, _registry, cancellationToken);
    }
}
