using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Fairlead.Core.Manifests.Yaml;
using Fairlead.Core.Results;

namespace Fairlead.Core.Manifests.Reading;

/// <param name="parse">Gives the value or one problem; where it stands is added here.</param>
internal sealed class ScalarType<T>(string noun, string example, JsonObject schema, Func<YamlScalar, Result<T>> parse, Func<T, JsonNode> write) : NodeType<T>
    where T : notnull
{
    public override string Noun => noun;

    public override string Example => example;

    /// <summary>Whether nothing after the colon is a value too: the empty text.</summary>
    public bool AllowsEmpty { get; init; }

    public override bool TryRead(YamlNode node, ProblemLog problems, [MaybeNullWhen(false)] out T value)
    {
        value = default;
        if (node is not YamlScalar scalar || (scalar.IsEmpty && !AllowsEmpty)) return Refuse(node, problems);
        var result = parse(scalar);
        foreach (var problem in result.Problems) problems.Add(node.Line, node.Path, problem);
        return result.TryGet(out value);
    }

    public override JsonNode Write(T value) => write(value);

    public override JsonObject Schema(string path, bool partial) => schema.DeepClone().AsObject();
}
