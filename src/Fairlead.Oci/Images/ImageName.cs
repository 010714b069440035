using System.Text.RegularExpressions;

namespace Fairlead.Oci.Images;

/// <summary>What an image is called in the local store, <c>name:version</c>.</summary>
public sealed partial record ImageName
{
    private ImageName(string name, string version) => (Name, Version) = (name, version);

    /// <summary>Lower-case letters and digits, with <c>-</c>, <c>_</c>, <c>.</c> and <c>/</c> between them.</summary>
    public string Name { get; }

    /// <summary>What registries take as a tag.</summary>
    public string Version { get; }

    public static bool TryParse(string? text, out ImageName name)
    {
        var match = text is null ? Match.Empty : Form().Match(text);
        name = match.Success ? new ImageName(match.Groups["name"].Value, match.Groups["version"].Value) : null!;
        return match.Success;
    }

    /// <exception cref="FormatException">The text is no <c>name:version</c>.</exception>
    public static ImageName Parse(string text) => TryParse(text, out var name) ? name : throw new FormatException($"'{text}' is no image name; write name:version.");

    public override string ToString() => $"{Name}:{Version}";

    [GeneratedRegex(@"^(?<name>[a-z0-9]+([._/-]+[a-z0-9]+)*):(?<version>[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Form();
}
