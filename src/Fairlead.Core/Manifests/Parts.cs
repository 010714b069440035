using Fairlead.Core.Units;

namespace Fairlead.Core.Manifests;

/// <param name="Repository">Registry and repository that images are pushed to.</param>
/// <param name="Base"><c>auto</c>, or the image to start from: a reference, or <c>oci:FOLDER</c>, an image layout in the manifest's folder.</param>
/// <param name="TimeZones">Those whose rules are packed, such as <c>Europe/Berlin</c>.</param>
/// <param name="AllowSecrets">Files that may be packed, or lie in the folder, although they look like secrets.</param>
public sealed record ImageSpec(string? Repository = null, string Base = ImageSpec.Auto, IReadOnlyList<string>? TimeZones = null, IReadOnlyList<string>? AllowSecrets = null)
{
    public const string Auto = "auto";
}

/// <summary>A configuration file laid into every replica.</summary>
/// <param name="From">Relative to the manifest's folder.</param>
/// <param name="To">Where the replica finds it: absolute, or relative to its working folder.</param>
public sealed record FileSpec(string From, string To);

public sealed record VolumeSpec(string Name, string Path, ByteSize? Size);

/// <summary>What one replica may use; null is no limit.</summary>
public sealed record ResourceSpec(CpuQuantity? Cpu = null, ByteSize? Memory = null, int Gpu = 0);

/// <summary>Who may reach the deployment.</summary>
/// <param name="Expose">Whether the gateway has a route to it.</param>
/// <param name="AllowFrom">Deployments that may call it; empty is all.</param>
public sealed record NetworkSpec(bool Expose = true, IReadOnlyList<string>? AllowFrom = null);
