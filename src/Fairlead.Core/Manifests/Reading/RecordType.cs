using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Fairlead.Core.Manifests.Sections;
using Fairlead.Core.Manifests.Yaml;
using Fairlead.Core.Results;

namespace Fairlead.Core.Manifests.Reading;

/// <summary>A map of known keys. Unknown and missing keys are found here; <paramref name="read"/> makes the record and checks keys against each other.</summary>
internal sealed class RecordType<T>(string example, IReadOnlyList<Key<T>> keys, Func<MapReader, T> read) : NodeType<T>
    where T : notnull
{
    public override string Noun => $"a map with {Quote.List(keys.Select(k => k.Name), "or")}";

    public override string Example => example;

    /// <summary>Keys of which exactly one is to be given; empty when there is no such choice.</summary>
    public IReadOnlyList<string> OneOf { get; init; } = [];

    /// <summary>Keys that belong here and that somebody else reads.</summary>
    public IReadOnlyDictionary<string, Func<JsonObject>> Beside { get; init; } = new Dictionary<string, Func<JsonObject>>();

    public override bool TryRead(YamlNode node, ProblemLog problems, [MaybeNullWhen(false)] out T value)
    {
        value = default;
        if (node is not YamlMap map) return Refuse(node, problems);
        var known = keys.Select(k => k.Name).Concat(Beside.Keys).ToList();
        foreach (var (name, child) in map.Entries.Where(e => !known.Contains(e.Key)))
        {
            problems.Add(child.Line, child.Path, Unknown(name, known));
        }

        foreach (var key in keys.Where(k => k.Required && map.Find(k.Name) is null))
        {
            problems.Add(map.Line, map.Path, ManifestProblems.Missing(key.Name, key.Type.Example));
        }

        value = read(new MapReader(map, problems));
        return true;
    }

    private static Problem Unknown(string name, List<string> known) =>
        NearestKey.Of(name, known) is { } nearest ? ManifestProblems.UnknownKey(name, nearest, known)
        : ManifestKeys.PlaceOf(name) is { } place ? ManifestProblems.MisplacedKey(name, place)
        : ManifestProblems.UnknownKey(name, null, known);

    public override JsonNode? Write(T value)
    {
        var written = keys.Select(k => KeyValuePair.Create(k.Name, k.Write(value))).Where(e => e.Value is not null).ToList();
        return written.Count == 0 ? null : new JsonObject(written);
    }

    public override JsonObject Schema(string path, bool partial)
    {
        var properties = new JsonObject();
        foreach (var key in keys)
        {
            var place = path.Length == 0 ? key.Name : $"{path}/{key.Name}";
            var schema = new JsonObject { ["description"] = key.Summary + (UnsupportedKeys.Has(place) ? " Not supported yet." : "") };
            foreach (var (name, part) in key.Type.Schema(place, partial)) schema[name] = part?.DeepClone();
            properties[key.Name] = schema;
        }

        if (!partial)
        {
            foreach (var (name, schema) in Beside) properties[name] = schema();
        }

        var result = new JsonObject { ["type"] = "object", ["additionalProperties"] = false, ["properties"] = properties };
        if (!partial && keys.Any(k => k.Required)) result["required"] = new JsonArray([.. keys.Where(k => k.Required).Select(k => JsonValue.Create(k.Name))]);
        if (!partial && OneOf.Count > 0) result["oneOf"] = new JsonArray([.. OneOf.Select(k => new JsonObject { ["required"] = new JsonArray(k) })]);
        return result;
    }

    public override IEnumerable<string> Keys() =>
        keys.SelectMany(k => k.Type.Keys().Select(below => $"{k.Name}/{below}").Prepend(k.Name)).Concat(Beside.Keys);
}
