using Fairlead.Core.Identity;
using Fairlead.Core.Results;
using Fairlead.Oci.Registries.Authentication;

namespace Fairlead.Oci.Registries;

/// <summary>Problems with registries, FL73xx.</summary>
internal static class RegistryProblems
{
    public static Problem BadReference(string text) =>
        new("FL7301", $"'{text}' is no image reference.", "Write registry/repository:tag, such as registry.example.com/models/penguins:1.4.0; repositories are lower-case.");

    public static Problem NoRegistry(string text) =>
        new("FL7302", $"'{text}' names no registry.", $"Write it in front, such as registry.example.com/{text}; for Docker Hub docker.io/…/{text}.");

    public static Problem NoTag(ImageReference reference) =>
        new("FL7303", $"'{reference}' says neither tag nor digest.", $"Write one, such as {reference}:1.4.0.");

    public static Problem NoCertificateFile(string file) =>
        new("FL7304", $"FAIRLEAD_REGISTRY_CA names {file}, which does not exist.", "Set it to a PEM file with the certificate of the authority, or unset it.");

    public static Problem BadCertificateFile(string file, string reason) =>
        new("FL7305", $"{file} cannot be used as a certificate authority: {reason.TrimEnd('.')}.", "Set FAIRLEAD_REGISTRY_CA to a PEM file with the certificate of the authority.");

    public static Problem NoSuchHost(string registry) =>
        new("FL7306", $"There is no host '{registry}'.", "Check the registry's name and this machine's name service.");

    public static Problem TlsFailed(string registry, string reason) =>
        new("FL7307", $"No secure connection to {registry}: {reason.TrimEnd('.')}.", "For a private authority set FAIRLEAD_REGISTRY_CA to its certificate; for a registry without TLS give --plain-http.");

    public static Problem Unavailable(string registry, string reason) =>
        new("FL7308", $"{registry} cannot be used: {reason.TrimEnd('.')}.", "It was tried several times. Check that the registry runs and can be reached, and try again.");

    public static Problem NoCredentials(string registry) =>
        new("FL7309", $"{registry} wants to know who asks, and there are no credentials for it.", $"Run 'docker login {registry}', or set {CredentialSource.Username} and {CredentialSource.Password}.");

    public static Problem CredentialsRefused(string registry, string origin) =>
        new("FL7310", $"{registry} refuses the credentials from {origin}.", $"Run 'docker login {registry}' again, or correct {CredentialSource.Username} and {CredentialSource.Password}.");

    public static Problem Denied(string registry, string reason) =>
        new("FL7311", $"{registry} does not allow this: {reason}.", "Check that the repository's name is right and that the user may use it in this way.");

    public static Problem PlainTokens(string registry, string host) =>
        new("FL7312", $"{registry} wants credentials to be sent to {host} without encryption.", "Set the registry up with TLS, or give --plain-http if the network is yours.");

    public static Problem TokensFailed(string registry, string host, string reason) =>
        new("FL7313", $"{registry} gives out tokens at {host}, and that failed: {reason}.", "Try again; if it stays, the registry's token service is set up wrongly.");

    public static Problem BadDockerConfig(string path, string reason) =>
        new("FL7314", $"{path} cannot be used: {reason.TrimEnd('.')}.", "Correct it, or write it anew with 'docker login'.");

    public static Problem HelperFailed(string program, string reason) =>
        new("FL7315", $"The credential helper '{program}' gave nothing: {reason}.", "Install or repair it, or remove it from Docker's config.json.");

    public static Problem NotFound(ImageReference reference) =>
        new("FL7316", $"{reference} does not exist.", "Check repository and tag; some registries also answer so to those who may not see it.");

    public static Problem UnexpectedAnswer(string registry, string request, string reason) =>
        new("FL7317", $"{registry} did not do '{request}': {reason}.", "If it stays, the registry does not follow the OCI distribution specification, or something in between changes its answers.");

    public static Problem TagTaken(ImageReference reference, Digest there, Digest wanted) =>
        new("FL7318", $"{reference} exists already with another content ({there.Short}, not {wanted.Short}).", "Versions do not change once they are pushed: raise `version` in fairlead.yaml and build again, or give --force.");

    public static Problem Tampered(string registry, Digest expected, Digest actual) =>
        new("FL7319", $"{registry} sent other bytes than {expected}: they are {actual}. They were deleted.", "The registry or something in between is damaged or forged. Do not use this image; push it again from where it was built.");

    public static Problem WrongSize(string registry, Digest digest, long expected) =>
        new("FL7320", $"{registry} sent more than the {expected} bytes that {digest} has. They were deleted.", "The registry or something in between is damaged or forged. Do not use this image; push it again from where it was built.");

    public static Problem NotAnImage(ImageReference reference, string mediaType) =>
        new("FL7321", $"{reference} is no image but {mediaType}.", "Name an image.");

    public static Problem UploadRefused(string registry, Digest digest, string reason) =>
        new("FL7322", $"{registry} does not take the blob {digest}: {reason}.", "Check the registry's limits and that the blob is whole ('fairlead verify').");
}
