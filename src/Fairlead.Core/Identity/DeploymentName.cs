using System.Text.RegularExpressions;

namespace Fairlead.Core.Identity;

/// <summary>A deployment's name: 1 to 63 of <c>a-z</c>, <c>0-9</c> and <c>-</c>, so that it is a DNS label on every engine.</summary>
public sealed partial record DeploymentName
{
    private DeploymentName(string value) => Value = value;

    public string Value { get; }

    public static bool TryParse(string? text, out DeploymentName name)
    {
        var valid = text is not null && Allowed().IsMatch(text);
        name = valid ? new DeploymentName(text!) : null!;
        return valid;
    }

    /// <exception cref="FormatException">The text is no deployment name.</exception>
    public static DeploymentName Parse(string text) =>
        TryParse(text, out var name) ? name : throw new FormatException($"'{text}' is no deployment name.");

    public override string ToString() => Value;

    [GeneratedRegex("^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Allowed();
}
