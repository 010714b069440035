using Fairlead.Core.Results;
using Fairlead.Oci.Registries.Authentication;

namespace Fairlead.Oci.Registries;

/// <summary>How registries are talked to.</summary>
public sealed record RegistryOptions
{
    public const string CertificateVariable = "FAIRLEAD_REGISTRY_CA";

    /// <summary>Plain HTTP also where it leaves the machine. Loopback addresses take it anyway when they do not speak TLS.</summary>
    public bool PlainHttp { get; init; }

    /// <summary>A PEM file of certificates that are trusted besides the system's; null for none.</summary>
    public string? CertificateFile { get; init; }

    /// <summary>Blobs that are on their way at once.</summary>
    public int Parallelism { get; init; } = 4;

    /// <summary>Larger blobs are sent in pieces of this size, each of which can be continued after a drop.</summary>
    public long ChunkSize { get; init; } = 64 << 20;

    public TimeProvider Time { get; init; } = TimeProvider.System;

    internal CredentialSource Credentials { get; init; } = CredentialSource.None;

    /// <summary>The wait before the first repetition; doubled each time.</summary>
    internal TimeSpan FirstDelay { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>So long without a byte is a lost connection.</summary>
    internal TimeSpan StallLimit { get; init; } = TimeSpan.FromMinutes(1);

    /// <param name="variable">Reads an environment variable; null or empty when it is not set.</param>
    public static Result<RegistryOptions> FromEnvironment(Func<string, string?> variable, TimeProvider time)
    {
        var certificates = variable(CertificateVariable) is { Length: > 0 } file ? file : null;
        if (certificates is not null && !File.Exists(certificates)) return RegistryProblems.NoCertificateFile(certificates);
        return new RegistryOptions { CertificateFile = certificates, Credentials = CredentialSource.FromEnvironment(variable), Time = time };
    }
}
