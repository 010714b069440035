using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Fairlead.Core.Manifests.Yaml;

namespace Fairlead.Core.Manifests.Reading;

/// <param name="key">What may occur only once among the items, and its name; null when anything may repeat.</param>
internal sealed class ListType<T>(NodeType<T> item, Func<T, (string Name, string Value)>? key = null) : NodeType<IReadOnlyList<T>>
    where T : notnull
{
    public override string Noun => "a list";

    public override string Example => $"[{item.Example}]";

    public bool NotEmpty { get; init; }

    public override bool TryRead(YamlNode node, ProblemLog problems, [MaybeNullWhen(false)] out IReadOnlyList<T> value)
    {
        value = null;
        if (node is not YamlList list) return Refuse(node, problems);
        if (NotEmpty && list.Items.Count == 0) problems.Add(node.Line, node.Path, ManifestProblems.EmptyList(Example));
        var items = new List<T>();
        var seen = new Dictionary<string, int>();
        foreach (var child in list.Items)
        {
            if (!item.TryRead(child, problems, out var read)) continue;
            items.Add(read);
            if (key?.Invoke(read) is not { Value: not null } id) continue;
            if (!seen.TryAdd(id.Value, child.Line)) problems.Add(child.Line, child.Path, ManifestProblems.Repeated(id.Name, id.Value, seen[id.Value]));
        }

        value = items;
        return true;
    }

    public override JsonNode? Write(IReadOnlyList<T> value) =>
        value.Count == 0 ? null : new JsonArray([.. value.Select(item.Write)]);

    public override JsonObject Schema(string path, bool partial)
    {
        // A list replaces a list whole, so that inside an environment an item is complete too.
        var schema = new JsonObject { ["type"] = "array", ["items"] = item.Schema($"{path}/*", partial: false) };
        if (NotEmpty) schema["minItems"] = 1;
        return schema;
    }

    public override IEnumerable<string> Keys() => item.Keys().Select(k => $"*/{k}");
}
