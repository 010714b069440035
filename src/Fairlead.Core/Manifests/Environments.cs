using System.Text.Json.Nodes;
using Fairlead.Core.Manifests.Reading;
using Fairlead.Core.Manifests.Sections;
using Fairlead.Core.Manifests.Yaml;

namespace Fairlead.Core.Manifests;

/// <summary>The part of a manifest that is laid over the rest: maps merge key by key, lists and single values replace.</summary>
internal static class Environments
{
    public const string Key = "environments";

    /// <summary>The manifest without and with each environment, each as if it stood alone in the file. The name of the first is null.</summary>
    public static IReadOnlyList<(string? Name, YamlMap Root)> Variants(YamlMap file, ProblemLog problems)
    {
        var root = file with { Entries = [.. file.Entries.Where(e => e.Key != Key)] };
        return [(null, root), .. Named(file, problems).Select(e => ((string?)e.Key, Lay(root, Checked((YamlMap)e.Value, problems))))];
    }

    public static JsonObject Schema() => new()
    {
        ["description"] = "Laid over the rest by --env NAME: maps merge, lists and single values replace.",
        ["type"] = "object",
        ["propertyNames"] = new JsonObject { ["pattern"] = Texts.NamePattern },
        ["additionalProperties"] = ManifestKeys.Type.Schema("", partial: true),
    };

    internal static YamlMap Lay(YamlMap below, YamlMap above)
    {
        var kept = below.Entries.Select(e => above.Find(e.Key) is { } over ? e with { Value = Lay(e.Value, over) } : e);
        return below with { Entries = [.. kept, .. above.Entries.Where(e => below.Find(e.Key) is null)] };
    }

    private static YamlNode Lay(YamlNode below, YamlNode above) =>
        (below, above) is (YamlMap map, YamlMap over) ? Lay(map, over) : above;

    private static List<YamlEntry> Named(YamlMap file, ProblemLog problems)
    {
        var node = file.Find(Key);
        if (node is null or YamlRefused) return [];
        if (node is not YamlMap map)
        {
            problems.Add(node.Line, node.Path, ManifestProblems.WrongKind(node, "a map of names", "{production: {scale: {min: 4}}}"));
            return [];
        }

        foreach (var (name, value) in map.Entries)
        {
            if (Texts.IsBadName(name) is { } bad) problems.Add(value.Line, value.Path, bad);
            if (value is not (YamlMap or YamlRefused)) problems.Add(value.Line, value.Path, ManifestProblems.WrongKind(value, "a map of keys", "{scale: {min: 4}}"));
        }

        return [.. map.Entries.Where(e => e.Value is YamlMap)];
    }

    private static YamlMap Checked(YamlMap environment, ProblemLog problems)
    {
        if (environment.Find(Key) is not { } nested) return environment;
        problems.Add(nested.Line, nested.Path, ManifestProblems.NestedEnvironments());
        return environment with { Entries = [.. environment.Entries.Where(e => e.Key != Key)] };
    }
}
