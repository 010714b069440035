using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Fairlead.Core.Manifests.Yaml;

namespace Fairlead.Core.Manifests.Reading;

/// <summary>
/// What may stand at one place of a manifest. The same description reads it, writes it and gives its JSON schema, so that
/// the three cannot differ.
/// </summary>
internal abstract class NodeType
{
    /// <summary>With its article: "a duration", "a list".</summary>
    public abstract string Noun { get; }

    /// <summary>Something that could be written here.</summary>
    public abstract string Example { get; }

    /// <param name="path">Of the key, for what is not supported yet.</param>
    /// <param name="partial">Inside an environment, where required keys may come from the rest of the file.</param>
    public abstract JsonObject Schema(string path, bool partial);

    /// <summary>Paths of all keys below, such as <c>targets/cpu</c>; <c>*</c> stands for a name of the user's or a place in a list.</summary>
    public virtual IEnumerable<string> Keys() => [];

    private protected bool Refuse(YamlNode node, ProblemLog problems)
    {
        if (node is YamlScalar { IsEmpty: true }) problems.Add(node.Line, node.Path, ManifestProblems.EmptyValue(Noun, Example));
        else if (node is not YamlRefused) problems.Add(node.Line, node.Path, ManifestProblems.WrongKind(node, Noun, Example));
        return false;
    }
}

internal abstract class NodeType<T> : NodeType
    where T : notnull
{
    /// <summary>False when there is no value at all; its problem is in the log then.</summary>
    public abstract bool TryRead(YamlNode node, ProblemLog problems, [MaybeNullWhen(false)] out T value);

    /// <summary>Null when nothing needs to be written.</summary>
    public abstract JsonNode? Write(T value);
}
