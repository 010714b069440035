using System.Text.RegularExpressions;
using Fairlead.Core.Results;

namespace Fairlead.Core.Manifests.Reading;

/// <summary>Names of images (OCI distribution spec, "Pulling manifests") and addresses on the web.</summary>
internal static partial class References
{
    private const string Repository = @"([A-Za-z0-9.-]+(:[0-9]+)?/)?[a-z0-9]+(([._-]|__|-+)[a-z0-9]+)*(/[a-z0-9]+(([._-]|__|-+)[a-z0-9]+)*)*";
    private const string Tail = "(:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(@sha256:[0-9a-f]{64})?";

    /// <summary>Before the folder of an image layout, as other tools write it too.</summary>
    public const string LayoutPrefix = "oci:";

    /// <summary>The longest name that registries take.</summary>
    private const int Longest = 512;

    public static ScalarType<string> Image(string example) =>
        Scalars.Text("an image reference", example, $"^{Repository}{Tail}$", text => Matches(IsImage(), text) ? null : ManifestProblems.BadImage(text, example));

    public static ScalarType<string> RepositoryOnly(string example) =>
        Scalars.Text("a repository", example, $"^{Repository}$", text => RepositoryProblem(text, example));

    /// <summary><c>auto</c> is an image reference too, and means what it says.</summary>
    public static ScalarType<string> Base { get; } = Scalars.Text(
        "an image reference", "auto", $"^({LayoutPrefix}.+|{Repository}{Tail})$", text => text.StartsWith(LayoutPrefix, StringComparison.Ordinal) ? LayoutProblem(text) : Matches(IsImage(), text) ? null : ManifestProblems.BadImage(text, "auto"));

    public static ScalarType<string> Web(string example) => Scalars.Text(
        "a web address",
        example,
        "^https?://",
        text => Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.Host.Length > 0 ? null : ManifestProblems.BadUrl(text));

    private static Problem? LayoutProblem(string text) =>
        text.Length == LayoutPrefix.Length ? ManifestProblems.BadImage(text, "oci:base-image") : Texts.LeavesFolder(text[LayoutPrefix.Length..]);

    private static Problem? RepositoryProblem(string text, string example) =>
        Matches(IsRepository(), text) ? null
        : Matches(IsImage(), text) ? ManifestProblems.TaggedRepository(text)
        : ManifestProblems.BadImage(text, example);

    private static bool Matches(Regex regex, string text) => text.Length <= Longest && regex.IsMatch(text);

    // Without backtracking: the text is the user's, and the pattern nests.
    [GeneratedRegex($"^{Repository}{Tail}\\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex IsImage();

    [GeneratedRegex($"^{Repository}\\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex IsRepository();
}
