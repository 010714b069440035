using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Fairlead.Oci.Registries.Authentication;

/// <summary>What <c>docker login</c> wrote: <c>config.json</c> of <c>DOCKER_CONFIG</c> or <c>~/.docker</c>.</summary>
internal sealed class DockerConfigFile
{
    private const string HubKey = "https://index.docker.io/v1/";
    private readonly string _path;
    private readonly DockerConfig _config;

    private DockerConfigFile(string path, DockerConfig config) => (_path, _config) = (path, config);

    /// <exception cref="RegistryException">The file is there and cannot be understood.</exception>
    public static DockerConfigFile Read(Func<string, string?> variable)
    {
        var folder = variable("DOCKER_CONFIG") is { Length: > 0 } set ? set : Path.Combine(variable("HOME") is { Length: > 0 } home ? home : Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".docker");
        var path = Path.Combine(folder, "config.json");
        try
        {
            return new DockerConfigFile(path, JsonSerializer.Deserialize(File.ReadAllBytes(path), DockerConfigJson.Default.DockerConfig) ?? new DockerConfig());
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return new DockerConfigFile(path, new DockerConfig());
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            // The parser's own message may hold a piece of the file, and so of a password.
            throw new RegistryException(RegistryProblems.BadDockerConfig(path, e is JsonException json ? $"line {json.LineNumber + 1} is no valid JSON" : e.Message));
        }
    }

    public async Task<RegistryCredentials?> FindAsync(string registry, CancellationToken cancellationToken)
    {
        var key = registry is "docker.io" ? HubKey : registry;
        if (Match(_config.CredHelpers, registry) is { } helper) return await CredentialHelper.GetAsync(helper, key, cancellationToken);
        if (_config.CredsStore is { Length: > 0 } store && await CredentialHelper.GetAsync(store, key, cancellationToken) is { } stored) return stored;
        return Match(_config.Auths, registry) is { } entry ? ToCredentials(entry) : null;
    }

    private RegistryCredentials? ToCredentials(DockerAuth entry)
    {
        if (entry.IdentityToken is { Length: > 0 } token) return new RegistryCredentials("", token, IsIdentityToken: true, _path);
        if (entry is { Username.Length: > 0, Password: not null }) return new RegistryCredentials(entry.Username, entry.Password, IsIdentityToken: false, _path);
        if (string.IsNullOrEmpty(entry.Auth)) return null;
        var buffer = new byte[entry.Auth.Length];
        var text = Convert.TryFromBase64String(entry.Auth, buffer, out var length) ? Encoding.UTF8.GetString(buffer, 0, length) : "";
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0) throw new RegistryException(RegistryProblems.BadDockerConfig(_path, "an 'auth' is not the base64 text of user:password"));
        return new RegistryCredentials(text[..colon], text[(colon + 1)..].TrimEnd('\0'), IsIdentityToken: false, _path);
    }

    // Keys are hosts, or addresses of old with scheme and path.
    private static T? Match<T>(Dictionary<string, T>? entries, string registry)
        where T : class =>
        entries?.FirstOrDefault(e => HostOf(e.Key).Equals(registry is "docker.io" ? HostOf(HubKey) : registry, StringComparison.OrdinalIgnoreCase)).Value;

    private static string HostOf(string key)
    {
        var start = key.IndexOf("://", StringComparison.Ordinal) is >= 0 and var scheme ? scheme + 3 : 0;
        return key[start..].Split('/')[0];
    }
}

internal sealed record DockerConfig
{
    public Dictionary<string, DockerAuth>? Auths { get; init; }

    public Dictionary<string, string>? CredHelpers { get; init; }

    public string? CredsStore { get; init; }
}

internal sealed record DockerAuth(string? Auth, string? Username, string? Password, [property: JsonPropertyName("identitytoken")] string? IdentityToken)
{
    public override string ToString() => "[REDACTED]";
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(DockerConfig))]
internal sealed partial class DockerConfigJson : JsonSerializerContext;
