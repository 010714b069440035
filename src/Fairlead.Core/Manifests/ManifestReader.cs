using Fairlead.Core.Manifests.Reading;
using Fairlead.Core.Manifests.Sections;
using Fairlead.Core.Manifests.Yaml;
using Fairlead.Core.Results;

namespace Fairlead.Core.Manifests;

/// <summary>
/// Reads <c>fairlead.yaml</c>. Every problem of the file is given at once, with its line and path, and the file is valid
/// only when it is so without an environment and with each of them, whichever is chosen.
/// </summary>
public static class ManifestReader
{
    /// <param name="environment">Laid over the rest; null for none.</param>
    public static Result<Manifest> ReadFile(string path, string? environment) =>
        ManifestFile.ReadText(path) is var text && text.TryGet(out var read) ? Parse(read, path, environment) : Result.Fail<Manifest>(text.Problems);

    /// <param name="text">YAML, or the JSON that <see cref="ManifestJson"/> writes.</param>
    /// <param name="fileName">Named in problems; nothing is read from it.</param>
    /// <param name="environment">Laid over the rest; null for none.</param>
    public static Result<Manifest> Parse(string text, string fileName, string? environment) =>
        Parse(text, fileName, environment, refuseUnsupported: true);

    internal static Result<Manifest> Parse(string text, string fileName, string? environment, bool refuseUnsupported)
    {
        var problems = new ProblemLog(fileName);
        var manifest = YamlTree.Read(text.TrimStart('\uFEFF'), problems) is { } root ? Read(root, environment, refuseUnsupported, problems) : null;
        return problems.IsEmpty ? manifest! : Result.Fail<Manifest>(problems.Problems);
    }

    private static Manifest? Read(YamlNode root, string? environment, bool refuseUnsupported, ProblemLog problems)
    {
        if (root is not YamlMap file)
        {
            ManifestKeys.Type.TryRead(root, problems, out _);
            return null;
        }

        Manifest? chosen = null;
        var variants = Environments.Variants(file, problems);
        foreach (var (name, variant) in variants)
        {
            if (refuseUnsupported) UnsupportedKeys.Refuse(variant, problems);
            if (ManifestKeys.Type.TryRead(variant, problems, out var manifest) && name == environment) chosen = manifest;
        }

        if (chosen is null && environment is not null)
        {
            var known = variants.Where(v => v.Name is not null).Select(v => v.Name!).ToList();
            problems.Add(file.Find(Environments.Key)?.Line ?? 0, Environments.Key, ManifestProblems.UnknownEnvironment(environment, known, NearestKey.Of(environment, known)));
        }

        return chosen;
    }
}
