namespace Fairlead.Engines.Docker.Api;

// The Engine API's own names: a member is written as Docker writes it.

internal sealed record VersionAnswer(string? Version, string? ApiVersion, string? MinAPIVersion, IReadOnlyList<VersionComponent>? Components)
{
    public bool IsPodman => Components?.Any(c => c.Name?.Contains("Podman", StringComparison.OrdinalIgnoreCase) == true) == true;
}

internal sealed record VersionComponent(string? Name);

/// <param name="CpuCfsQuota">Whether a processor limit works.</param>
internal sealed record InfoAnswer(
    bool MemoryLimit, bool SwapLimit, bool CpuCfsQuota, bool PidsLimit, string? Driver, string? CgroupVersion, IReadOnlyList<string>? SecurityOptions, FirewallAnswer? FirewallBackend);

/// <summary>Since Docker 28; Driver is <c>none</c> when the daemon sets no rules.</summary>
internal sealed record FirewallAnswer(string? Driver);

internal sealed record ErrorAnswer(string? Message);

internal sealed record ImageAnswer(string Id, IReadOnlyList<string>? RepoTags, IReadOnlyList<string>? RepoDigests, ImageConfigAnswer? Config, ImageMetadata? Metadata);

internal sealed record ImageConfigAnswer(string? User);

internal sealed record ImageMetadata(DateTimeOffset? LastTagTime);

internal sealed record ImageListItem(string Id, IReadOnlyList<string>? RepoTags);

/// <summary>One line of the progress of a load or a pull.</summary>
internal sealed record ProgressLine(string? Error);

internal sealed record NetworkAnswer(string Id, string Name, NetworkIpam? IPAM, IReadOnlyDictionary<string, string>? Labels);

internal sealed record NetworkIpam(IReadOnlyList<NetworkPool>? Config);

internal sealed record NetworkPool(string? Gateway);

internal sealed record CreateNetwork(string Name, string Driver, bool CheckDuplicate, IReadOnlyDictionary<string, string> Labels);

internal sealed record EventLine(string? Action, EventActor? Actor);

internal sealed record EventActor(string? ID, IReadOnlyDictionary<string, string>? Attributes);
