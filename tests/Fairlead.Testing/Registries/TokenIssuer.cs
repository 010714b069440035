using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Fairlead.Testing.Registries;

/// <summary>Gives out the signed tokens that the real registry takes (distribution, "Token Authentication Implementation").</summary>
public sealed class TokenIssuer : IAsyncDisposable
{
    private const string Issuer = "test issuer";
    private readonly WebApplication _application;
    private readonly RSA _key = RSA.Create(2048);
    private readonly X509Certificate2 _certificate;
    private readonly string _file = Path.GetTempFileName();
    private readonly List<string> _asked = [];

    private TokenIssuer(WebApplication application)
    {
        _application = application;
        var now = TimeProvider.System.GetUtcNow();
        _certificate = new CertificateRequest($"CN={Issuer}", _key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        File.WriteAllText(_file, _certificate.ExportCertificatePem());
    }

    /// <summary>What tokens say of their end; the registry takes them for longer.</summary>
    public int ExpiresIn { get; set; } = 300;

    public (string User, string Password) Account { get; } = ("ann", "secret-of-ann");

    public string RefreshToken => "refresh-token-of-ann";

    public RegistrySetup Setup { get; private set; } = new();

    /// <summary>The scopes of each token that was given out.</summary>
    public IReadOnlyList<string> Asked
    {
        get
        {
            lock (_asked) return [.. _asked];
        }
    }

    public static async Task<TokenIssuer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var application = builder.Build();
        var issuer = new TokenIssuer(application);
        application.Run(issuer.AnswerAsync);
        await application.StartAsync(CancellationToken.None);
        var address = new Uri(application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        issuer.Setup = new RegistrySetup(Token: (new Uri(address, "token"), "test registry", Issuer, issuer._file));
        return issuer;
    }

    public async ValueTask DisposeAsync()
    {
        await _application.DisposeAsync();
        _certificate.Dispose();
        _key.Dispose();
        File.Delete(_file);
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var form = context.Request.HasFormContentType ? await context.Request.ReadFormAsync(context.RequestAborted) : null;
        if (!IsAnn(context.Request, form))
        {
            context.Response.StatusCode = 401;
            return;
        }

        var scopes = form is null ? string.Join(' ', context.Request.Query["scope"].AsEnumerable()) : form["scope"].ToString();
        lock (_asked) _asked.Add(scopes);
        await context.Response.WriteAsync(new JsonObject { ["token"] = Token(scopes), ["expires_in"] = ExpiresIn }.ToJsonString(), context.RequestAborted);
    }

    private bool IsAnn(HttpRequest request, IFormCollection? form)
    {
        if (form is not null) return form["refresh_token"] == RefreshToken && form["grant_type"] == "refresh_token";
        return AuthenticationHeaderValue.TryParse(request.Headers.Authorization, out var header) && header.Scheme == "Basic"
            && Encoding.UTF8.GetString(Convert.FromBase64String(header.Parameter!)) == $"{Account.User}:{Account.Password}";
    }

    private string Token(string scopes)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var access = scopes.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(s => s.Split(':')).Select(p => (JsonNode)new JsonObject
        {
            ["type"] = p[0],
            ["name"] = p[1],
            ["actions"] = new JsonArray([.. p[2].Split(',').Select(a => (JsonNode)a!)]),
        });
        var header = new JsonObject { ["typ"] = "JWT", ["alg"] = "RS256", ["x5c"] = new JsonArray(Convert.ToBase64String(_certificate.RawData)) };
        var claims = new JsonObject
        {
            ["iss"] = Issuer,
            ["sub"] = "ann",
            ["aud"] = "test registry",
            ["exp"] = now + 300,
            ["nbf"] = now - 10,
            ["iat"] = now - 10,
            ["jti"] = Guid.NewGuid().ToString(),
            ["access"] = new JsonArray([.. access]),
        };
        var text = $"{Url(Encoding.UTF8.GetBytes(header.ToJsonString()))}.{Url(Encoding.UTF8.GetBytes(claims.ToJsonString()))}";
        return $"{text}.{Url(_key.SignData(Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))}";
    }

    private static string Url(byte[] bytes) => System.Buffers.Text.Base64Url.EncodeToString(bytes);
}
