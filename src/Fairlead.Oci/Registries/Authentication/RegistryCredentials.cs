namespace Fairlead.Oci.Registries.Authentication;

/// <summary>What proves to a registry who is asking. Prints nothing of itself.</summary>
/// <param name="Username">Empty with an identity token.</param>
/// <param name="Secret">The password, or the identity token.</param>
/// <param name="Origin">Where it was found, for problems.</param>
internal sealed record RegistryCredentials(string Username, string Secret, bool IsIdentityToken, string Origin)
{
    public override string ToString() => "[REDACTED]";
}
