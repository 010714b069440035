using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Fairlead.Oci.Registries.Transport;

/// <summary>Connections to one registry: who is trusted, and whether it speaks TLS.</summary>
internal sealed class RegistryTransport : IDisposable
{
    private const string HubHost = "registry-1.docker.io";
    private readonly string _registry;
    private readonly bool _plainAllowed;
    private readonly SocketsHttpHandler _handler;
    private readonly X509Certificate2Collection _authorities = [];
    private volatile bool _sawCertificate;

    public RegistryTransport(string registry, RegistryOptions options)
    {
        _registry = registry;
        _plainAllowed = options.PlainHttp;
        if (options.CertificateFile is { } file) LoadAuthorities(file);
        _handler = new SocketsHttpHandler
        {
            ConnectTimeout = TimeSpan.FromSeconds(15),
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
            // Answers of a registry are blobs, whose digests are of the bytes as they are.
            AutomaticDecompression = DecompressionMethods.None,
            UseCookies = false,
            // A proxy of the environment has no business between this machine and itself.
            UseProxy = !new Uri($"https://{HostOf(registry)}/").IsLoopback,
            Expect100ContinueTimeout = TimeSpan.FromSeconds(2),
            SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, certificate, chain, errors) => Trusts(certificate, chain, errors) },
        };
        Client = new HttpClient(_handler, disposeHandler: true) { Timeout = Timeout.InfiniteTimeSpan };
        Client.DefaultRequestHeaders.UserAgent.ParseAdd("fairlead");
    }

    public HttpClient Client { get; }

    /// <summary>Where the API is. Plain HTTP only when asked for, or on loopback when what listens there speaks no TLS.</summary>
    public async Task<Uri> FindAsync(Backoff backoff, CancellationToken cancellationToken)
    {
        var host = HostOf(_registry);
        var (secure, plain) = (new Uri($"https://{host}/"), new Uri($"http://{host}/"));
        if (!_plainAllowed && !secure.IsLoopback) return secure;
        return await backoff.RunAsync(attempt => ProbeAsync(secure, plain, attempt), cancellationToken);
    }

    public void Dispose() => Client.Dispose();

    private static string HostOf(string registry) => registry is "docker.io" ? HubHost : registry;

    private async Task<Uri> ProbeAsync(Uri secure, Uri plain, CancellationToken cancellationToken)
    {
        _sawCertificate = false;
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(secure, "v2/"));
        try
        {
            using var response = await Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return secure;
        }
        catch (HttpRequestException e) when (e.HttpRequestError == HttpRequestError.SecureConnectionError && !_sawCertificate)
        {
            // It showed no certificate, so it is none that must not be trusted: it does not speak TLS.
            return plain;
        }
        catch (HttpRequestException e)
        {
            throw Failures.Translate(e, _registry);
        }
    }

    private void LoadAuthorities(string file)
    {
        try
        {
            _authorities.ImportFromPemFile(file);
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new RegistryException(RegistryProblems.BadCertificateFile(file, e.Message));
        }

        if (_authorities.Count == 0) throw new RegistryException(RegistryProblems.BadCertificateFile(file, "it holds no certificate"));
    }

    private bool Trusts(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        _sawCertificate = true;
        if (errors == SslPolicyErrors.None) return true;
        // The host's name must match whoever signed.
        if (errors != SslPolicyErrors.RemoteCertificateChainErrors || _authorities.Count == 0 || certificate is not X509Certificate2 shown) return false;
        using var own = new X509Chain();
        own.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        own.ChainPolicy.CustomTrustStore.AddRange(_authorities);
        own.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        foreach (var element in chain?.ChainElements ?? Enumerable.Empty<X509ChainElement>()) own.ChainPolicy.ExtraStore.Add(element.Certificate);
        return own.Build(shown);
    }
}
