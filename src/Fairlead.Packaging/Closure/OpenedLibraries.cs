namespace Fairlead.Packaging.Closure;

/// <summary>
/// Libraries that programs open by name while they run: no ELF header names them, so this table does. Left out on purpose:
/// ICU (the server runs with invariant globalization), Kerberos (libgssapi_krb5, only for negotiated authentication) and
/// LTTng (only for tracing the runtime itself). The runtime opens all three only when they are used.
/// </summary>
internal static class OpenedLibraries
{
    /// <summary>The model server's: .NET takes TLS and all hashes from OpenSSL 3.</summary>
    public static IReadOnlyList<string> OfModelServer { get; } = ["libssl.so.3", "libcrypto.so.3"];
}
