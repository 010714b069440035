using System.Globalization;
using System.Text.RegularExpressions;
using Fairlead.Core.Identity;
using Fairlead.Core.Results;

namespace Fairlead.Core.Manifests.Reading;

/// <summary>Text with a rule: names, paths, references.</summary>
internal static partial class Texts
{
    public const string NamePattern = "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$";
    public const string ZonePattern = "^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z][A-Za-z0-9_+-]*)*$";
    public const string MetricPattern = "^[A-Za-z_:][A-Za-z0-9_:]*$";
    public const string VariablePattern = "^[A-Za-z_][A-Za-z0-9_]*$";

    public static ScalarType<string> PathIn(string example) => Scalars.Text("a path in the manifest's folder", example, null, LeavesFolder);

    public static ScalarType<string> Name(string example) => Scalars.Text("a name", example, NamePattern, IsBadName);

    public static Problem? IsBadName(string text) => DeploymentName.TryParse(text, out _) ? null : ManifestProblems.BadName(text, NameLike(text));

    public static Problem? IsBadVariable(string text) =>
        !Variable().IsMatch(text) ? ManifestProblems.BadVariable(text)
        : text is "PORT" || text.StartsWith("FAIRLEAD_", StringComparison.Ordinal) ? ManifestProblems.ReservedVariable(text)
        : null;

    public static Problem? IsBadMetric(string text) => Metric().IsMatch(text) ? null : ManifestProblems.BadMetric(text);

    public static Problem? IsBadLabel(string text) => Variable().IsMatch(text) ? null : ManifestProblems.BadLabel(text);

    public static Problem? IsBadVersion(string text) => Version().IsMatch(text) ? null : ManifestProblems.BadVersion(text);

    public static Problem? IsBadUser(string text) =>
        text == "root" || (uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < int.MaxValue) ? null : ManifestProblems.BadUser(text);

    /// <summary>A name of the IANA database; whether the machine knows it is found when it is packed.</summary>
    public static Problem? IsBadZone(string text) => Zone().IsMatch(text) ? null : ManifestProblems.BadZone(text);

    /// <summary>A value after the name is not repeated: it may be the secret itself.</summary>
    public static Problem? IsBadSecret(string text) => text.Contains('=') ? ManifestProblems.SecretValue(text[..text.IndexOf('=')]) : IsBadVariable(text);

    public static Problem? NotAbsolute(string path) => path.StartsWith('/') ? LeavesReplica(path) : ManifestProblems.RelativePath(path);

    /// <summary>The problem of a path that is not relative or leads above the manifest's folder.</summary>
    public static Problem? LeavesFolder(string path) =>
        path.Contains('\\') ? ManifestProblems.Backslash(path)
        : path[0] is '/' or '~' ? ManifestProblems.AbsolutePath(path)
        : Climbs(path) ? ManifestProblems.PathLeaves(path)
        : null;

    /// <summary>Where a replica finds something: anywhere when absolute, else inside its working folder.</summary>
    public static Problem? LeavesReplica(string path) =>
        path.StartsWith('/') ? (Climbs("." + path) ? ManifestProblems.PathLeaves(path) : null) : LeavesFolder(path);

    /// <summary>Whether some prefix of it lies above where it starts.</summary>
    private static bool Climbs(string path)
    {
        var depth = 0;
        foreach (var part in path.Split('/'))
        {
            depth += part switch { "" or "." => 0, ".." => -1, _ => 1 };
            if (depth < 0) return true;
        }

        return false;
    }

    /// <summary>The nearest good name, for the remedy.</summary>
    private static string NameLike(string text)
    {
        var name = string.Concat(text.ToLowerInvariant().Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-')).Trim('-');
        if (name.Length > 63) name = name[..63].Trim('-');
        return name.Length == 0 ? "penguins" : name;
    }

    [GeneratedRegex("^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}\\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Version();

    [GeneratedRegex("^[A-Za-z_:][A-Za-z0-9_:]*\\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Metric();

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_]*\\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Variable();

    [GeneratedRegex("^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z][A-Za-z0-9_+-]*)*\\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Zone();
}
