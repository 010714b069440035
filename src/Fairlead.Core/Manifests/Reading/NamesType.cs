using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Fairlead.Core.Manifests.Yaml;
using Fairlead.Core.Results;

namespace Fairlead.Core.Manifests.Reading;

/// <summary>A map whose keys the user chooses.</summary>
/// <param name="check">The problem of a name; null when it is good.</param>
/// <param name="pattern">What <paramref name="check"/> accepts, for the schema.</param>
internal sealed class NamesType<T>(NodeType<T> item, string exampleName, string pattern, Func<string, Problem?> check) : NodeType<IReadOnlyDictionary<string, T>>
    where T : notnull
{
    public override string Noun => "a map of names";

    public override string Example => $"{{{exampleName}: {item.Example}}}";

    public override bool TryRead(YamlNode node, ProblemLog problems, [MaybeNullWhen(false)] out IReadOnlyDictionary<string, T> value)
    {
        value = null;
        if (node is not YamlMap map) return Refuse(node, problems);
        var read = new Dictionary<string, T>();
        foreach (var (name, child) in map.Entries)
        {
            if (check(name) is { } problem) problems.Add(child.Line, child.Path, problem);
            if (item.TryRead(child, problems, out var one)) read[name] = one;
        }

        value = read;
        return true;
    }

    /// <summary>Sorted, so that names in another order are no change.</summary>
    public override JsonNode? Write(IReadOnlyDictionary<string, T> value) =>
        value.Count == 0 ? null : new JsonObject(value.OrderBy(e => e.Key, StringComparer.Ordinal).Select(e => KeyValuePair.Create(e.Key, item.Write(e.Value))));

    public override JsonObject Schema(string path, bool partial) => new()
    {
        ["type"] = "object",
        ["propertyNames"] = new JsonObject { ["pattern"] = pattern },
        ["additionalProperties"] = item.Schema($"{path}/*", partial),
    };

    public override IEnumerable<string> Keys() => item.Keys().Select(k => $"*/{k}");
}
