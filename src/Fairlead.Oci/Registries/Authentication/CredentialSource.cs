namespace Fairlead.Oci.Registries.Authentication;

/// <summary>Finds credentials for a registry: the environment's first, then those that <c>docker login</c> keeps.</summary>
internal sealed class CredentialSource
{
    public const string Username = "FAIRLEAD_REGISTRY_USERNAME";
    public const string Password = "FAIRLEAD_REGISTRY_PASSWORD";

    /// <summary>When set, the environment's credentials are for this registry alone.</summary>
    public const string Registry = "FAIRLEAD_REGISTRY";

    private readonly Func<string, string?> _variable;

    private CredentialSource(Func<string, string?> variable) => _variable = variable;

    public static CredentialSource None { get; } = new(static name => name == "HOME" ? "/nonexistent" : null);

    public static CredentialSource FromEnvironment(Func<string, string?> variable) => new(variable);

    /// <returns>Null when there are none.</returns>
    /// <exception cref="RegistryException">The configuration or a credential helper fails.</exception>
    public async Task<RegistryCredentials?> FindAsync(string registry, CancellationToken cancellationToken) =>
        FromVariables(registry) ?? await DockerConfigFile.Read(_variable).FindAsync(registry, cancellationToken);

    private RegistryCredentials? FromVariables(string registry)
    {
        if (_variable(Registry) is { Length: > 0 } only && !only.Equals(registry, StringComparison.OrdinalIgnoreCase)) return null;
        return _variable(Username) is { Length: > 0 } name && _variable(Password) is { Length: > 0 } password
            ? new RegistryCredentials(name, password, IsIdentityToken: false, Username)
            : null;
    }
}
