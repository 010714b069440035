using System.Text.RegularExpressions;
using Fairlead.Core.Identity;
using Fairlead.Core.Results;

namespace Fairlead.Oci.Registries;

/// <summary>
/// Where an image is in a registry: <c>registry[:port]/repository[:tag][@digest]</c> (OCI distribution spec, "Pulling
/// manifests"). The registry is always written: a name that fell to a public registry by default would be published.
/// </summary>
public sealed partial record ImageReference
{
    private const int LongestName = 255;

    private ImageReference(string registry, string repository) => (Registry, Repository) = (registry, repository);

    /// <summary>Host, and port where one is given.</summary>
    public string Registry { get; }

    public string Repository { get; }

    public string? Tag { get; private init; }

    public Digest? Digest { get; private init; }

    /// <summary>The last part of the repository, which images are called by locally.</summary>
    public string ShortName => Repository[(Repository.LastIndexOf('/') + 1)..];

    public static Result<ImageReference> Parse(string text)
    {
        var match = Form().Match(text);
        if (!match.Success || match.Groups["repository"].Length > LongestName) return RegistryProblems.BadReference(text);
        var registry = match.Groups["registry"].Value;
        if (!IsRegistry(registry)) return RegistryProblems.NoRegistry(text);
        return new ImageReference(registry, match.Groups["repository"].Value)
        {
            Tag = match.Groups["tag"] is { Success: true } tag ? tag.Value : null,
            Digest = match.Groups["digest"] is { Success: true } digest ? Core.Identity.Digest.Parse(digest.Value) : null,
        };
    }

    /// <exception cref="ArgumentException">It is no tag.</exception>
    public ImageReference WithTag(string tag) => IsTag().IsMatch(tag) ? this with { Tag = tag, Digest = null } : throw new ArgumentException($"'{tag}' is no tag.", nameof(tag));

    public ImageReference WithDigest(Digest digest) => this with { Tag = null, Digest = digest };

    public override string ToString() => $"{Registry}/{Repository}{(Tag is null ? "" : $":{Tag}")}{(Digest is null ? "" : $"@{Digest}")}";

    // As Docker tells them apart: a host has a dot, a port, an upper-case letter or is localhost.
    private static bool IsRegistry(string first) =>
        first is "localhost" || first.AsSpan().ContainsAny('.', ':') || first.Any(char.IsAsciiLetterUpper);

    [GeneratedRegex(
        @"^((?<registry>([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*|\[[0-9A-Fa-f:]+\])(:[0-9]{1,5})?)/)?" +
        @"(?<repository>[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*)" +
        @"(:(?<tag>[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}))?(@(?<digest>sha256:[0-9a-f]{64}))?\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Form();

    [GeneratedRegex(@"^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex IsTag();
}
